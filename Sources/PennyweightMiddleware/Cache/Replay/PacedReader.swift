public import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Replays pieces at the pace at which an answer once came.
///
/// Each piece is handed on when the share of the original up to its end had come; pieces that are due
/// together come together. Time runs from the first read. Cancelling the task ends the wait with
/// `CancellationError`; after ``cancel()`` there is nothing more.
public final class PacedReader: BodyReader {
    private struct State {
        var pieces: ArraySlice<[UInt8]>
        var count = 0
        var start: MonotonicInstant?
    }

    private let times: ChunkTimes
    private let total: Int
    private let time: any TimeSource
    private let state: Mutex<State>

    /// Replays pieces that are never cut: the events of a stream.
    public init(_ pieces: [[UInt8]], times: ChunkTimes, time: any TimeSource) {
        self.times = times
        self.time = time
        total = pieces.reduce(0) { $0 + $1.count }
        state = Mutex(State(pieces: pieces.filter { !$0.isEmpty }[...]))
    }

    public func read() async throws -> [UInt8]? {
        let now = time.instant()
        let next = state.withLock { state -> MonotonicInstant? in
            guard let piece = state.pieces.first else { return nil }
            let start = state.start ?? now
            state.start = start
            return start + times.elapsed(at: state.count + piece.count, of: total)
        }
        guard let next else { return nil }
        if next > now {
            do {
                try await time.sleep(until: next)
            } catch {
                cancel()
                throw error
            }
        } else {
            try Task.checkCancellation()
        }
        return due(at: time.instant())
    }

    public func cancel() {
        state.withLock { $0.pieces = [] }
    }

    /// All pieces that are due; nil if there are none left.
    private func due(at now: MonotonicInstant) -> [UInt8]? {
        state.withLock { state in
            var chunk: [UInt8] = []
            while let piece = state.pieces.first, let start = state.start,
                chunk.isEmpty || start + times.elapsed(at: state.count + piece.count, of: total) <= now
            {
                chunk += piece
                state.count += piece.count
                state.pieces.removeFirst()
            }
            return chunk.isEmpty ? nil : chunk
        }
    }
}
