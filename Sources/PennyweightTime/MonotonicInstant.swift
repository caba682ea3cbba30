/// A point on a clock that never jumps and never goes back: nanoseconds since an arbitrary start.
///
/// Instants of two processes, or of two time sources, don't compare.
public struct MonotonicInstant: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Moves by a duration; saturates at the ends of the range.
    public static func + (left: MonotonicInstant, right: Duration) -> MonotonicInstant {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return MonotonicInstant(nanoseconds: overflow ? (right.nanoseconds > 0 ? .max : .min) : sum)
    }

    /// The time from `right` to `left`; negative if `left` is earlier, saturated at the ends of the range.
    public static func - (left: MonotonicInstant, right: MonotonicInstant) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return .nanoseconds(overflow ? (left.nanoseconds > 0 ? .max : .min) : difference)
    }
}
