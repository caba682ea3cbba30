public import PennyweightTime
private import Synchronization

/// Work that outlives the call that started it (settling money, reading on after a caller has gone), tracked,
/// so that a shutdown can wait for it.
///
/// A task started here is not cancelled with the caller's task. At most `limit` run at once: ``start(_:)``
/// refuses what is beyond, and the caller does the work itself or gives it up.
public final class BackgroundTasks: Sendable {
    private struct State {
        var running: [UInt64: Task<Void, Never>] = [:]
        var nextID: UInt64 = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    public init(limit: Int) {
        self.limit = limit
    }

    /// How many tasks are running.
    public var count: Int { state.withLock { $0.running.count } }

    /// Starts work in a task of its own; false, and nothing is started, if `limit` tasks are running.
    @discardableResult
    public func start(_ work: @escaping @Sendable () async -> Void) -> Bool {
        state.withLock { state in
            guard state.running.count < limit else { return false }
            let id = state.nextID
            state.nextID += 1
            state.running[id] = Task.detached {
                await work()
                self.finish(id)
            }
            return true
        }
    }

    /// Waits until nothing is running; what is still running after `patience` is cancelled and waited for.
    public func drain(within patience: Duration, time: any TimeSource) async {
        let timer = Task {
            guard (try? await time.sleep(for: patience)) != nil else { return }
            for task in self.state.withLock({ Array($0.running.values) }) { task.cancel() }
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if !state.running.isEmpty { state.waiting.append(continuation) }
                return state.running.isEmpty
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
    }

    private func finish(_ id: UInt64) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running[id] = nil
            guard state.running.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
