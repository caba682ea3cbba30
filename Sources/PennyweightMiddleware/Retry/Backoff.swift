internal import PennyweightTime

/// How long to wait before the next attempt: exponential, with full jitter.
///
/// The wait is uniform between nothing and a ceiling that doubles with every attempt: of the usual forms the
/// one that spreads callers most (AWS Architecture Blog, "Exponential Backoff And Jitter").
public struct Backoff: Sendable, Hashable {
    /// The ceiling after the first attempt: half a second by default.
    public var base: Duration
    /// The highest ceiling: eight seconds by default.
    public var cap: Duration

    public init(base: Duration = .milliseconds(500), cap: Duration = .seconds(8)) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after the given attempt; 1 is the first.
    public func ceiling(afterAttempt attempt: Int) -> Duration {
        // Doubling more often than an Int64 of nanoseconds has bits changes nothing.
        var ceiling = min(base, cap)
        for _ in 1..<max(2, min(attempt, 63)) where attempt > 1 {
            if ceiling >= cap / 2 { return cap }
            ceiling = ceiling * 2
        }
        return ceiling
    }

    /// The wait after the given attempt: `random`'s 64 bits as a fraction of the ceiling.
    public func wait(afterAttempt attempt: Int, random: UInt64) -> Duration {
        let ceiling = UInt64(clamping: ceiling(afterAttempt: attempt).nanoseconds)
        return .nanoseconds(Int64(clamping: random.multipliedFullWidth(by: ceiling + 1).high))
    }
}
