private import Synchronization

/// Work in a task of its own: who waits for it may leave at once, and the work goes on.
final class Errand<Value: Sendable>: Sendable {
    /// What the one who waits gets.
    enum Outcome: Sendable {
        case finished(Result<Value, any Error>)
        /// Left before it was finished; the work still runs in this task.
        case left(Task<Value, any Error>)
    }

    private enum State {
        case running
        case awaited(CheckedContinuation<Result<Value, any Error>?, Never>)
        case finished(Result<Value, any Error>)
        case left
    }

    /// Apart from the errand, so that the work's task doesn't hold what holds the task.
    private final class Handover: Sendable {
        let state = Mutex(State.running)
    }

    private let handover: Handover
    private let task: Task<Value, any Error>

    /// Starts the work. Cancelling the task that calls this doesn't cancel it.
    init(_ work: @escaping @Sendable () async throws -> Value) {
        let handover = Handover()
        self.handover = handover
        task = Task {
            do {
                let value = try await work()
                Errand.finish(.success(value), handover)
                return value
            } catch {
                Errand.finish(.failure(error), handover)
                throw error
            }
        }
    }

    /// Waits until the work is finished, or until this task is cancelled or ``leave()`` is called. Called
    /// once.
    func outcome() async -> Outcome {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0) }
        } onCancel: {
            leave()
        }
        return result.map { .finished($0) } ?? .left(task)
    }

    /// Sends who waits away; does nothing if the work is finished.
    func leave() {
        let waiting = handover.state.withLock {
            state -> CheckedContinuation<Result<Value, any Error>?, Never>? in
            switch state {
            case .running:
                state = .left
                return nil
            case .awaited(let continuation):
                state = .left
                return continuation
            case .finished, .left: return nil
            }
        }
        waiting?.resume(returning: nil)
    }

    private func wait(_ continuation: CheckedContinuation<Result<Value, any Error>?, Never>) {
        let known = handover.state.withLock { state -> Result<Value, any Error>?? in
            switch state {
            case .running:
                state = .awaited(continuation)
                return nil
            case .finished(let result): return .some(result)
            case .left, .awaited: return .some(nil)
            }
        }
        if let known { continuation.resume(returning: known) }
    }

    private static func finish(_ result: Result<Value, any Error>, _ handover: Handover) {
        let waiting = handover.state.withLock {
            state -> CheckedContinuation<Result<Value, any Error>?, Never>? in
            switch state {
            case .running:
                state = .finished(result)
                return nil
            case .awaited(let continuation):
                state = .finished(result)
                return continuation
            case .finished, .left: return nil
            }
        }
        waiting?.resume(returning: result)
    }
}

extension Task where Failure == any Error {
    /// The task's value; cancelling the one who waits cancels the task as well.
    var valueOrCancelled: Success {
        get async throws {
            try await withTaskCancellationHandler {
                try await value
            } onCancel: {
                cancel()
            }
        }
    }
}
