public import PennyweightTime
private import Synchronization

/// Time that stands still until a test moves it. Wall and monotonic time move together, unless the test makes
/// the wall clock jump.
public final class ManualTime: TimeSource {
    private struct Sleeper {
        let id: UInt64
        let wakesAt: MonotonicInstant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var wall: Timestamp
        var monotonic = MonotonicInstant(nanoseconds: 0)
        var sleepers: [Sleeper] = []
        var cancelled: Set<UInt64> = []
        var nextID: UInt64 = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// Starts at a wall time; 2026-01-01 unless told otherwise.
    public init(at start: Timestamp = Timestamp(seconds: 1_767_225_600)) {
        state = Mutex(State(wall: start))
    }

    public func now() -> Timestamp { state.withLock { $0.wall } }

    public func instant() -> MonotonicInstant { state.withLock { $0.monotonic } }

    /// How many tasks sleep now.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    public func sleep(until instant: MonotonicInstant) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                enter(Sleeper(id: id, wakesAt: instant, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves both clocks on and wakes whoever is due, earliest first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.wall = state.wall + duration
            state.monotonic = state.monotonic + duration
            let now = state.monotonic
            let due = state.sleepers.filter { $0.wakesAt <= now }.sorted { $0.wakesAt < $1.wakesAt }
            state.sleepers.removeAll { $0.wakesAt <= now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Sets the wall clock, forward or back; monotonic time and sleepers don't notice.
    public func jump(to wall: Timestamp) {
        state.withLock { $0.wall = wall }
    }

    /// Waits until at least `count` tasks sleep, so that a test can then ``advance(by:)``.
    ///
    /// Waits for ever if they never do: a test that uses it has a time limit.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.sleepers.count >= count
                if !isThere { state.watchers.append((count, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }

    private func enter(_ sleeper: Sleeper) {
        enum Result {
            case sleeps([CheckedContinuation<Void, Never>])
            case wakes, isCancelled
        }
        let result = state.withLock { state -> Result in
            if state.cancelled.remove(sleeper.id) != nil { return .isCancelled }
            if sleeper.wakesAt <= state.monotonic { return .wakes }
            state.sleepers.append(sleeper)
            let count = state.sleepers.count
            let told = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return .sleeps(told)
        }
        switch result {
        case .sleeps(let told): for watcher in told { watcher.resume() }
        case .wakes: sleeper.continuation.resume()
        case .isCancelled: sleeper.continuation.resume(throwing: CancellationError())
        }
    }

    private func cancel(_ id: UInt64) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
