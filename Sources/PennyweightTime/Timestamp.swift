/// A point in wall time: nanoseconds since 1970-01-01 00:00 UTC, without leap seconds.
///
/// The range is 1677 to 2262. Wall time may jump; what measures a wait uses ``MonotonicInstant``.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Nanoseconds since the Unix epoch; negative before it.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Saturates at the ends of the range.
    public init(seconds: Int64) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self.nanoseconds = overflow ? (seconds > 0 ? .max : .min) : scaled
    }

    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 { nanoseconds.floored(by: 1_000_000_000) }

    /// Whole milliseconds since the Unix epoch, rounded down.
    public var milliseconds: Int64 { nanoseconds.floored(by: 1_000_000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Moves by a duration; saturates at the ends of the range.
    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Timestamp(nanoseconds: overflow ? (right.nanoseconds > 0 ? .max : .min) : sum)
    }

    public static func - (left: Timestamp, right: Duration) -> Timestamp {
        left + (.zero - right)
    }

    /// The time from `right` to `left`; negative if `left` is earlier, saturated at the ends of the range.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return .nanoseconds(overflow ? (left.nanoseconds > 0 ? .max : .min) : difference)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero and saturated at `Int64`'s range (292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds > 0 ? .max : .min }
        let (sum, sumOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? (seconds > 0 ? .max : .min) : sum
    }

    /// The duration in milliseconds, rounded towards zero.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension Int64 {
    /// The quotient rounded towards negative infinity, for a positive divisor.
    func floored(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((-(self + 1)) / divisor) - 1
    }
}
