/// Where time comes from: wall time, monotonic time and sleep, injected wherever one of them is needed.
///
/// ``SystemTime`` reads the machine's clocks. Tests use `ManualTime` of `PennyweightTesting`.
public protocol TimeSource: Sendable {
    /// The wall time now. It may jump in either direction between two calls.
    func now() -> Timestamp

    /// The monotonic time now. It never goes back.
    func instant() -> MonotonicInstant

    /// Sleeps until the instant has come; returns at once if it has passed.
    ///
    /// Throws `CancellationError` as soon as the task is cancelled.
    func sleep(until instant: MonotonicInstant) async throws
}

extension TimeSource {
    /// Sleeps for a duration; returns at once if it is zero or negative. Throws `CancellationError` on
    /// cancelling.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: instant() + duration)
    }
}
