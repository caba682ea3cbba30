internal import PennyweightPipeline
internal import PennyweightTime

extension Alarms {
    /// Does the work, but no longer than until `due`: then it is cancelled, and this throws `failure`.
    ///
    /// The work runs in a task of its own, which has always ended when this returns. It must heed
    /// cancellation, as transports and readers do. A result that was there in time is returned, even if the
    /// alarm rang meanwhile. Cancelling the calling task cancels the work and throws what the work throws
    /// then.
    func bounded<Value: Sendable>(
        until due: MonotonicInstant, failure: @autoclosure () -> Failure,
        work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        if now >= due { throw failure() }
        let rang = Flag()
        let task = Task { try await work() }
        let alarm = set(at: due) {
            rang.raise()
            task.cancel()
        }
        defer { unset(alarm) }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            // A transport may say in its own words that it was cancelled; the cause is what counts.
            if rang.isRaised && !Task.isCancelled { throw failure() }
            throw error
        }
    }
}
