/// A day of the proleptic Gregorian calendar in UTC.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// Makes a day of its parts; nil if there is no such day in the calendar.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let made = CalendarDay(daysSinceEpoch: CalendarDay.days(year: year, month: month, day: day))
        guard made.year == year, made.month == month, made.day == day else { return nil }
        self = made
    }

    /// Reads `YYYY-MM-DD` (RFC 3339 full-date); nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day that lies `days` after 1970-01-01.
    ///
    /// The algorithm is Howard Hinnant's `civil_from_days` ("chrono-compatible low-level date algorithms").
    public init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        self.month = Int(month)
        self.year = Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
    }

    /// Days since 1970-01-01; negative before.
    public var daysSinceEpoch: Int64 { CalendarDay.days(year: year, month: month, day: day) }

    /// Midnight UTC at the start of this day.
    public var start: Timestamp { Timestamp(seconds: daysSinceEpoch * 86_400) }

    /// `YYYY-MM-DD`.
    public var description: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    private static func days(year: Int, month: Int, day: Int) -> Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear.floored(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Timestamp {
    /// The UTC day that this point lies in.
    public var day: CalendarDay { CalendarDay(daysSinceEpoch: seconds.floored(by: 86_400)) }

    /// The start of the UTC hour that this point lies in.
    public var hour: Timestamp { Timestamp(seconds: seconds.floored(by: 3_600) * 3_600) }

    /// RFC 3339 text in UTC with milliseconds: `2026-11-22T14:11:00.000Z`.
    public var text: String {
        let secondOfDay = seconds - day.daysSinceEpoch * 86_400
        let time = [secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60]
            .map { padded(Int($0), to: 2) }.joined(separator: ":")
        return "\(day)T\(time).\(padded(Int(milliseconds - seconds * 1_000), to: 3))Z"
    }
}

private func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
