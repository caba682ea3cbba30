private import Dispatch
private import Synchronization

/// One write, waiting for the writer's thread.
struct Job: Sendable {
    /// Does the write. What it returns is called once the write is durable.
    let run: @Sendable (Connection) throws -> @Sendable () -> Void
    /// Called instead, once, if the write did not happen.
    let fail: @Sendable (any Error) -> Void
}

/// A bounded queue of writes between any number of tasks and one thread.
final class JobQueue: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Signalled when the queue stops being empty, and when it is closed.
    private let changed = DispatchSemaphore(value: 0)

    init(limit: Int) {
        self.limit = limit
    }

    /// True if nothing waits.
    var isEmpty: Bool { state.withLock { $0.jobs.isEmpty } }

    /// Puts a write at the end; fails it at once if the queue is closed or full.
    func add(_ job: Job) {
        let problem = state.withLock { state -> StorageProblem? in
            if state.isClosed {
                return StorageProblem(.closed, "The store is closed: open it again to write.")
            }
            if state.jobs.count >= limit {
                return StorageProblem(
                    .queueFull, "\(limit) writes wait for the disk already: slow down, or use a faster disk.")
            }
            state.jobs.append(job)
            if state.jobs.count == 1 { changed.signal() }
            return nil
        }
        if let problem { job.fail(problem) }
    }

    /// What has arrived, oldest first, at most `limit`; waits for something. Nil once it is closed and empty.
    func next(limit: Int) -> [Job]? {
        while true {
            let (batch, isOver) = state.withLock { state -> ([Job], Bool) in
                var batch: [Job] = []
                swap(&batch, &state.jobs)
                if batch.count > limit {
                    state.jobs = Array(batch[limit...])
                    batch.removeSubrange(limit...)
                }
                return (batch, batch.isEmpty && state.isClosed)
            }
            if isOver { return nil }
            if !batch.isEmpty { return batch }
            changed.wait()
        }
    }

    /// Refuses what comes from now on. What waits is still done.
    func close() {
        state.withLock { state in
            if !state.isClosed { changed.signal() }
            state.isClosed = true
        }
    }

    /// Said by the thread when it is done.
    func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the thread is done.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waitingForEnd.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}
