internal import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightTime

/// The pieces of a streamed answer as the caller gets them: whole events as they arrive, then comment lines
/// that say what it cost, then the terminal event. A stream that breaks off ends with an error event, and
/// without `[DONE]`.
struct EventStream {
    let reader: any BodyReader
    let facts: Facts
    /// True if the format ends with `[DONE]`: a stream without it is a cut one.
    let endsWithDone: Bool
    /// The largest event that is held back until it is whole, in bytes.
    let eventLimit: Int
    /// Runs a read; it throws `CancellationError` when the caller has gone.
    let run: @Sendable (@escaping @Sendable () async throws -> [UInt8]?) async throws -> [UInt8]?
    let time: any TimeSource

    /// How long the end of the body is waited for after the terminal event. It follows at once, or the
    /// provider keeps a connection open for nothing; the caller shall not wait for that.
    static let patience = Duration.seconds(1)

    private var boundaries = EventBoundaries()
    private var hasEnded = false

    init(
        _ reader: any BodyReader, facts: Facts, endsWithDone: Bool, eventLimit: Int, time: any TimeSource,
        run: @escaping @Sendable (@escaping @Sendable () async throws -> [UInt8]?) async throws -> [UInt8]?
    ) {
        self.reader = reader
        self.facts = facts
        self.endsWithDone = endsWithDone
        self.eventLimit = eventLimit
        self.time = time
        self.run = run
    }

    /// The next piece; nil at the end. Throws `CancellationError` only.
    mutating func next() async throws -> [UInt8]? {
        while !hasEnded {
            do {
                guard let chunk = try await run(reading) else { return end() }
                let passage = boundaries.consume(chunk)
                if let done = passage.done {
                    hasEnded = true
                    try await finishBody()
                    return passage.events + FactFields.comments(of: facts) + done
                }
                guard boundaries.heldCount <= eventLimit else {
                    reader.cancel()
                    throw Failure(.invalidAnswer, "The stream has an event of more than \(eventLimit) bytes.")
                }
                if !passage.events.isEmpty { return passage.events }
            } catch let error as CancellationError {
                throw error
            } catch {
                return failure(error)
            }
        }
        return nil
    }

    private var reading: @Sendable () async throws -> [UInt8]? {
        let reader = reader
        return { try await reader.read() }
    }

    /// The body has ended, and no terminal event was seen.
    private mutating func end() -> [UInt8] {
        if boundaries.heldCount > 0 || endsWithDone {
            return failure(Failure(.connectionLost, "The provider's stream broke off before its end."))
        }
        hasEnded = true
        return FactFields.comments(of: facts)
    }

    private mutating func failure(_ error: any Error) -> [UInt8] {
        hasEnded = true
        return ErrorEnvelope(error).event + FactFields.comments(of: facts)
    }

    /// Reads on to the end of the body, because the cost is known there. An error after the terminal event
    /// changes nothing about the answer, which is complete.
    private func finishBody() async throws {
        let reader = reader
        let time = time
        _ = try await run {
            let rest = Task { while try await reader.read() != nil {} }
            let timer = Task {
                try await time.sleep(for: EventStream.patience)
                rest.cancel()
            }
            defer { timer.cancel() }
            await withTaskCancellationHandler {
                _ = await rest.result
            } onCancel: {
                rest.cancel()
            }
            return nil
        }
    }
}
