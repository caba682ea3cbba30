private import PennyweightTime

/// Waits for nothing until the task is cancelled; then throws `CancellationError`.
func hangUntilCancelled() async throws -> Never {
    // Time of its own that nobody moves: no clock is read and no timer runs.
    try await ManualTime().sleep(until: MonotonicInstant(nanoseconds: .max))
    throw CancellationError()
}
