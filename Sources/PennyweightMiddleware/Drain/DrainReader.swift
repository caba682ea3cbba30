internal import PennyweightPipeline
private import Synchronization

/// Reads in tasks that the caller's cancellation doesn't reach, and leaves the rest to be read on.
final class DrainReader: BodyReader {
    private struct State {
        var reading: Errand<[UInt8]?>?
        var isCancelled = false
        /// True once the upstream has ended, or is in the hands of the leftovers.
        var isOver = false
    }

    private let upstream: any BodyReader
    private let leftovers: Leftovers
    private let state = Mutex(State())

    init(_ upstream: any BodyReader, leftovers: Leftovers) {
        self.upstream = upstream
        self.leftovers = leftovers
    }

    deinit {
        cancel()
    }

    func read() async throws -> [UInt8]? {
        if Task.isCancelled { cancel() }
        guard let errand = begin() else {
            if state.withLock({ $0.isCancelled }) { throw CancellationError() }
            return nil
        }
        switch await errand.outcome() {
        case .finished(let result):
            finish(result)
            return try result.get()
        case .left(let pending):
            state.withLock { state in
                state.reading = nil
                state.isCancelled = true
                state.isOver = true
            }
            leftovers.finish(upstream, pending: pending)
            throw CancellationError()
        }
    }

    func cancel() {
        let (isIdle, reading) = state.withLock { state -> (Bool, Errand<[UInt8]?>?) in
            guard !state.isOver else { return (false, nil) }
            state.isCancelled = true
            if let reading = state.reading { return (false, reading) }
            state.isOver = true
            return (true, nil)
        }
        // While a read is under way, the one who waits for it hands over, so that its chunk isn't lost.
        reading?.leave()
        if isIdle { leftovers.finish(upstream, pending: nil) }
    }

    private func begin() -> Errand<[UInt8]?>? {
        state.withLock { [upstream] state in
            guard !state.isOver, !state.isCancelled else { return nil }
            let errand = Errand { try await upstream.read() }
            state.reading = errand
            return errand
        }
    }

    private func finish(_ result: Result<[UInt8]?, any Error>) {
        let isAtEnd = if case .success(.some) = result { false } else { true }
        let isLeft = state.withLock { state in
            state.reading = nil
            state.isOver = isAtEnd || state.isCancelled
            return state.isCancelled && !isAtEnd
        }
        if isLeft { leftovers.finish(upstream, pending: nil) }
    }
}
