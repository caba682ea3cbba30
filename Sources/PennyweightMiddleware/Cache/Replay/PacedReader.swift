internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// Hands the events of a stream on as a schedule says; what is due together comes together.
///
/// Time runs from the first read. Whoever reads late gets what is due at once. Cancelling the task, or
/// ``cancel()``, ends a wait at once.
final class PacedReader: BodyReader {
    private struct State {
        /// How many events were handed on.
        var count = 0
        var start: MonotonicInstant?
        var sleep: Task<Void, any Error>?
        var isCancelled = false
    }

    private let stream: [UInt8]
    /// Where each event ends.
    private let ends: [Int]
    private let schedule: ReplaySchedule
    /// When everything is handed on, whatever the schedule says; nil for never.
    private let latest: MonotonicInstant?
    private let time: any TimeSource
    private let state = Mutex(State())

    init(
        _ stream: [UInt8], ends: [Int], schedule: ReplaySchedule, latest: MonotonicInstant?,
        time: any TimeSource
    ) {
        self.stream = stream
        // None of them empty, and nothing left over.
        var known = ends.reduce(into: [Int]()) { known, end in
            if end > known.last ?? 0, end < stream.count { known.append(end) }
        }
        if !stream.isEmpty { known.append(stream.count) }
        self.ends = known
        self.schedule = schedule
        self.latest = latest
        self.time = time
    }

    deinit {
        cancel()
    }

    func read() async throws -> [UInt8]? {
        let now = time.instant()
        let next = try state.withLock { state -> MonotonicInstant? in
            if state.isCancelled { throw CancellationError() }
            state.start = state.start ?? now
            return state.count < ends.count ? due(state.count, state) : nil
        }
        guard let next else { return nil }
        if next > now { try await sleep(until: next) }
        if Task.isCancelled { cancel() }
        let reached = time.instant()
        return try state.withLock { state in
            if state.isCancelled { throw CancellationError() }
            let first = state.count
            repeat { state.count += 1 } while state.count < ends.count && due(state.count, state) <= reached
            return Array(stream[(first == 0 ? 0 : ends[first - 1])..<ends[state.count - 1]])
        }
    }

    func cancel() {
        let sleep = state.withLock { state in
            state.isCancelled = true
            return state.sleep.take()
        }
        sleep?.cancel()
    }

    /// When the event at an index is due.
    private func due(_ index: Int, _ state: State) -> MonotonicInstant {
        let start = state.start ?? MonotonicInstant(nanoseconds: 0)
        let due = start + schedule.due(index + 1, of: ends.count)
        return latest.map { min($0, due) } ?? due
    }

    private func sleep(until instant: MonotonicInstant) async throws {
        let sleep = Task { [time] in try await time.sleep(until: instant) }
        let isCancelled = state.withLock { state in
            state.sleep = sleep
            return state.isCancelled
        }
        if isCancelled { sleep.cancel() }
        defer { state.withLock { $0.sleep = nil } }
        try await withTaskCancellationHandler {
            try await sleep.value
        } onCancel: {
            cancel()
        }
    }
}
