public import PennyweightTime

/// A token bucket in exact integer arithmetic: it fills evenly with time and is never more than full.
///
/// One request costs as many units as the interval has nanoseconds, and every nanosecond brings as many units
/// as requests are allowed per interval: no rate is ever rounded.
public struct TokenBucket: Sendable, Hashable {
    private let requests: Int128
    private let interval: Int128
    private let capacity: Int128
    private var level: Int128
    private var filledAt: MonotonicInstant

    /// A full bucket that lets `requests` pass per `interval`, and up to `burst` at once.
    ///
    /// All three are at least 1 (a request, a nanosecond, a request): smaller ones count as 1.
    public init(requests: Int, per interval: Duration, burst: Int, now: MonotonicInstant) {
        self.requests = Int128(max(1, requests))
        self.interval = Int128(max(1, interval.nanoseconds))
        capacity = Int128(max(1, burst)) * self.interval
        level = capacity
        filledAt = now
    }

    /// Takes one request's worth; false, and nothing is taken, if there is not enough.
    public mutating func take(at now: MonotonicInstant) -> Bool {
        fill(to: now)
        guard level >= interval else { return false }
        level -= interval
        return true
    }

    /// Puts back what was taken for a request that never left.
    public mutating func putBack() {
        level = min(capacity, level + interval)
    }

    /// How long until the `count`-th request from now may pass, if each goes as soon as it may.
    public mutating func wait(forNext count: Int = 1, at now: MonotonicInstant) -> Duration {
        fill(to: now)
        let missing = Int128(max(1, count)) * interval - level
        guard missing > 0 else { return .zero }
        return .nanoseconds(Int64(clamping: (missing + requests - 1) / requests))
    }

    /// True if it is as good as a new one.
    public mutating func isFull(at now: MonotonicInstant) -> Bool {
        fill(to: now)
        return level == capacity
    }

    private mutating func fill(to now: MonotonicInstant) {
        guard now > filledAt else { return }
        let elapsed = Int128(now.nanoseconds) - Int128(filledAt.nanoseconds)
        filledAt = now
        // Compared before it is added: the product of the greatest factors fits 128 bits, the sum doesn't.
        let brought = elapsed * requests
        level = brought >= capacity - level ? capacity : level + brought
    }
}
