internal import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime
private import Synchronization

/// Reads the usage out of what passes, and closes the attempt when the body ends, however it ends.
final class MeteredReader: BodyReader {
    private struct State {
        var reading: any UsageReading
        var received = 0
        var firstTokenAt: Timestamp?
    }

    private let upstream: any BodyReader
    private let length: Int?
    private let answer: Attempt.Answer
    private let attempt: OpenAttempt
    private let state: Mutex<State>

    init(
        _ upstream: any BodyReader, length: Int?, reading: any UsageReading, answer: Attempt.Answer,
        attempt: OpenAttempt
    ) {
        self.upstream = upstream
        self.length = length
        self.answer = answer
        self.attempt = attempt
        state = Mutex(State(reading: reading))
    }

    deinit {
        attempt.submit(.brokenOff, answer: seen())
    }

    func read() async throws -> [UInt8]? {
        do {
            guard let chunk = try await upstream.read() else {
                await attempt.settle(isWhole ? .complete : .brokenOff, answer: seen())
                return nil
            }
            if consume(chunk) { await attempt.settle(.complete, answer: seen()) }
            return chunk
        } catch let error as CancellationError {
            attempt.submit(.brokenOff, answer: seen())
            throw error
        } catch {
            await attempt.settle(.brokenOff, answer: seen())
            throw error
        }
    }

    func cancel() {
        attempt.submit(.brokenOff, answer: seen())
        upstream.cancel()
    }

    /// True if this was the last chunk by the declared length: a caller that counts bytes reads no further.
    private func consume(_ chunk: [UInt8]) -> Bool {
        state.withLock { state in
            state.reading.consume(chunk)
            state.received += chunk.count
            if state.firstTokenAt == nil, state.reading.hasGenerated { state.firstTokenAt = attempt.now }
            return state.received == length
        }
    }

    /// False if the body ended before its declared length.
    private var isWhole: Bool {
        state.withLock { state in length.map { state.received >= $0 } ?? true }
    }

    private func seen() -> Attempt.Answer {
        var answer = answer
        (answer.summary, answer.firstTokenAt) = state.withLock { ($0.reading.summary(), $0.firstTokenAt) }
        return answer
    }
}
