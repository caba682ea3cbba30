import Synchronization

/// What happened, in order, from any task.
final class EventLog: Sendable {
    private struct State {
        var events: [String] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var events: [String] { state.withLock { $0.events } }

    func add(_ event: String) {
        let reached = state.withLock { state in
            state.events.append(event)
            let reached = state.waiting.filter { $0.count <= state.events.count }
            state.waiting.removeAll { $0.count <= state.events.count }
            return reached
        }
        for waiting in reached { waiting.continuation.resume() }
    }

    /// Waits until that many events have happened.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.events.count < count { state.waiting.append((count, continuation)) }
                return state.events.count >= count
            }
            if isThere { continuation.resume() }
        }
    }
}
