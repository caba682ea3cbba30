public import PennyweightTime

/// How long a budget counts before it begins again, in UTC.
public enum BudgetPeriod: Sendable, Hashable {
    /// It never begins again.
    case none
    case day
    /// From Monday (ISO 8601).
    case week
    case month
    /// The last so many hours, at most ``longestRolling``. Spending leaves it hour by hour.
    case rolling(hours: Int)

    /// The most hours that a rolling period may have: 31 days.
    public static let longestRolling = 744

    /// The time that counts at a moment.
    public func window(at time: Timestamp) -> BudgetWindow {
        let day = time.day
        switch self {
        case .none: return BudgetWindow(start: nil, end: nil)
        case .day: return .days(from: day.daysSinceEpoch, to: day.daysSinceEpoch + 1)
        case .week:
            // 1970-01-01 was a Thursday.
            let weekday = (day.daysSinceEpoch + 3) % 7
            let monday = day.daysSinceEpoch - (weekday + 7) % 7
            return .days(from: monday, to: monday + 7)
        case .month:
            let first = CalendarDay(year: day.year, month: day.month, day: 1) ?? day
            let next =
                CalendarDay(
                    year: day.month == 12 ? day.year + 1 : day.year, month: day.month % 12 + 1, day: 1) ?? day
            return .days(from: first.daysSinceEpoch, to: next.daysSinceEpoch)
        case .rolling(let hours):
            // The oldest hour counts whole, so that what counts is never too little.
            return BudgetWindow(start: time.hour - .seconds(hours * 3_600), end: nil)
        }
    }

    /// The start of the part of a window that one stored counter holds: the hour of a rolling period, else
    /// the start of the window. Nil for a budget without a period.
    public func bucket(at time: Timestamp) -> Timestamp? {
        if case .rolling = self { return time.hour }
        return window(at: time).start
    }

    /// The start of the time in which an event is made at most once: the window, or for a rolling period
    /// the stretch of its length, counted from 1970, that the moment lies in. Nil for a budget without a
    /// period.
    ///
    /// The window of a rolling period moves every hour: told once for each, a threshold would be told hourly.
    public func occasion(at time: Timestamp) -> Timestamp? {
        guard case .rolling(let hours) = self else { return window(at: time).start }
        let length = Int64(max(1, hours)) * 3_600
        let seconds = time.seconds
        return Timestamp(seconds: seconds - (seconds % length + length) % length)
    }

    /// Reads what ``text`` writes; nil for anything else, and for a rolling period that is too long.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "none": self = .none
        case "day": self = .day
        case "week": self = .week
        case "month": self = .month
        default:
            let words = text.split(separator: " ")
            guard words.count == 2, words[0] == "rolling", words[1].last == "h",
                words[1].utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }),
                let hours = Int(words[1].dropLast()), (1...BudgetPeriod.longestRolling).contains(hours)
            else { return nil }
            self = .rolling(hours: hours)
        }
    }

    /// `none`, `day`, `week`, `month`, or `rolling 24h`.
    public var text: String {
        switch self {
        case .none: "none"
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .rolling(let hours): "rolling \(hours)h"
        }
    }
}

/// The time over which a budget counts: from `start`, to `end` without it.
public struct BudgetWindow: Sendable, Hashable {
    /// Nil for from the beginning.
    public var start: Timestamp?
    /// When the budget begins again; nil for a rolling period, or none.
    public var end: Timestamp?

    public init(start: Timestamp?, end: Timestamp?) {
        self.start = start
        self.end = end
    }

    fileprivate static func days(from first: Int64, to end: Int64) -> BudgetWindow {
        BudgetWindow(
            start: CalendarDay(daysSinceEpoch: first).start, end: CalendarDay(daysSinceEpoch: end).start)
    }
}
