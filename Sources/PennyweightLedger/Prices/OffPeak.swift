public import PennyweightTime

/// The rates of a price at the hours of a week at which it is lower.
public struct OffPeak: Sendable, Hashable {
    /// Hours that repeat on some days of the week, in UTC.
    public struct Window: Sendable, Hashable {
        /// 1 for Monday to 7 for Sunday.
        public let weekdays: Set<Int>
        /// Minutes of the day, from 0 up to 1440.
        public let minutes: Range<Int>

        public init(weekdays: Set<Int>, minutes: Range<Int>) {
            self.weekdays = weekdays
            self.minutes = minutes
        }

        /// True if the time lies in this window.
        public func contains(_ time: Timestamp) -> Bool {
            let day = time.day.daysSinceEpoch
            // 1970-01-01 was a Thursday.
            let weekday = Int(((day + 3) % 7 + 7) % 7) + 1
            let minute = Int((time.seconds - day * 86_400) / 60)
            return weekdays.contains(weekday) && minutes.contains(minute)
        }
    }

    public let windows: [Window]
    /// Replaces the base rates in these hours.
    public let rates: Rates

    public init(windows: [Window], rates: Rates) {
        self.windows = windows
        self.rates = rates
    }

    /// True if the time lies in one of the windows.
    public func contains(_ time: Timestamp) -> Bool { windows.contains { $0.contains(time) } }
}

extension Price {
    /// The price with the rates of this hour: itself, or what is off-peak then, with a version of its own.
    ///
    /// Its upper bound stays that of the whole day: a call can end in another hour than it began.
    public func at(_ time: Timestamp) -> Price {
        guard let offPeak, offPeak.contains(time) else { return self }
        var price = self
        price.version = "\(version)/off-peak"
        price.tariff = Tariff(
            rates: offPeak.rates, contextTiers: contextTiers, serviceTiers: serviceTiers,
            offPeak: OffPeak(windows: [], rates: rates))
        return price
    }
}
