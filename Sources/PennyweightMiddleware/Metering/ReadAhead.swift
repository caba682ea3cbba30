internal import PennyweightPipeline
private import Synchronization

/// A body that was read before it is passed on, up to a limit.
enum ReadAhead {
    /// All of it.
    case whole([UInt8])
    /// It has more than the limit, or broke off: the body begins with what was read, and goes on from there.
    case part(Body)

    /// Reads a body; what it throws is left to who reads on. Throws `CancellationError` alone.
    static func read(_ body: Body, upTo limit: Int) async throws -> ReadAhead {
        if let bytes = body.bytes { return .whole(bytes) }
        if let length = body.length, length > limit { return .part(body) }
        let reader = try body.makeReader()
        var chunks: [[UInt8]] = []
        var count = 0
        do {
            while let chunk = try await reader.read() {
                chunks.append(chunk)
                count += chunk.count
                if count > limit { return .part(Body(once: RestReader(chunks, reader), length: body.length)) }
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return .part(Body(once: RestReader(chunks, reader, error: error), length: body.length))
        }
        // Shorter than declared: who reads it is to see that.
        if let length = body.length, count < length {
            return .part(Body(once: RestReader(chunks, reader), length: length))
        }
        return .whole(Array(chunks.joined()))
    }
}

/// Reads chunks that were taken from a reader, and then on from there.
private final class RestReader: BodyReader {
    private let chunks: Mutex<[[UInt8]]>
    private let rest: any BodyReader
    private let error: (any Error)?

    init(_ chunks: [[UInt8]], _ rest: any BodyReader, error: (any Error)? = nil) {
        self.chunks = Mutex(chunks.reversed())
        self.rest = rest
        self.error = error
    }

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        if let chunk = chunks.withLock({ $0.popLast() }) { return chunk }
        if let error { throw error }
        return try await rest.read()
    }

    func cancel() {
        chunks.withLock { $0 = [] }
        rest.cancel()
    }
}
