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
        /// Those of them that are bounded elsewhere.
        var followed: Set<UInt64> = []
        var nextID: UInt64 = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many drains wait whose patience is over: nothing runs on until they are done.
        var overdue = 0
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
            guard state.running.count - state.followed.count < limit else { return false }
            enter(&state) { id in
                Task.detached {
                    await work()
                    self.finish(id)
                }
            }
            return true
        }
    }

    /// Follows a task that runs already and is bounded by whoever started it: it doesn't count against the
    /// limit, and a drain waits for it, or cancels it.
    public func follow(_ task: Task<Void, Never>) {
        state.withLock { state in
            state.followed.insert(state.nextID)
            enter(&state) { id in
                Task.detached {
                    await task.value
                    self.finish(id)
                }
                return task
            }
        }
    }

    /// Waits until nothing is running. When `patience` is over, what still runs is cancelled and waited for,
    /// and so is whatever is started until this returns.
    public func drain(within patience: Duration, time: any TimeSource) async {
        let timer = Task {
            guard (try? await time.sleep(for: patience)) != nil else { return false }
            let running = self.state.withLock { state in
                state.overdue += 1
                return Array(state.running.values)
            }
            for task in running { task.cancel() }
            return true
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if !state.running.isEmpty { state.waiting.append(continuation) }
                return state.running.isEmpty
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
        if await timer.value { state.withLock { $0.overdue -= 1 } }
    }

    private func enter(_ state: inout State, _ start: (UInt64) -> Task<Void, Never>) {
        let task = start(state.nextID)
        state.running[state.nextID] = task
        state.nextID += 1
        if state.overdue > 0 { task.cancel() }
    }

    private func finish(_ id: UInt64) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running[id] = nil
            state.followed.remove(id)
            guard state.running.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
