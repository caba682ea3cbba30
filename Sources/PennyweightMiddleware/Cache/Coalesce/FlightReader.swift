internal import PennyweightPipeline
private import Synchronization

/// Reads the answer of a flight from its start, at its own pace.
final class FlightReader: BodyReader {
    private enum State {
        case reading
        /// The rest comes from the whole answer.
        case rest(any BodyReader)
        case ended
        case cancelled
        case failed(any Error)
    }

    private let flight: Flight
    private let id: UInt64
    private let unfold: @Sendable (CacheEntry) async throws -> Response
    private let state = Mutex(State.reading)

    init(_ flight: Flight, id: UInt64, unfold: @escaping @Sendable (CacheEntry) async throws -> Response) {
        self.flight = flight
        self.id = id
        self.unfold = unfold
    }

    deinit {
        cancel()
    }

    func read() async throws -> [UInt8]? {
        switch state.withLock({ $0 }) {
        case .reading: break
        case .rest(let reader): return try await reader.read()
        case .ended: return nil
        case .cancelled: throw CancellationError()
        case .failed(let error): throw error
        }
        do {
            switch try await flight.read(id) {
            case .chunk(let chunk): return chunk
            case .end:
                move(to: .ended)
                return nil
            case .entry(let entry):
                let reader = try await unfold(entry).body.makeReader()
                move(to: .rest(reader))
                return try await reader.read()
            }
        } catch {
            move(to: error is CancellationError ? .cancelled : .failed(error))
            throw error
        }
    }

    func cancel() {
        let rest = state.withLock { state -> (any BodyReader)? in
            defer { if case .ended = state {} else { state = .cancelled } }
            if case .rest(let reader) = state { return reader }
            return nil
        }
        rest?.cancel()
        flight.leave(id)
    }

    private func move(to next: State) {
        state.withLock { if case .reading = $0 { $0 = next } }
    }
}
