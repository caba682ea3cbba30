/// The bytes of a request or a response: in memory, replayable, or to be read once as they arrive.
///
/// ```swift
/// let reader = try body.makeReader()
/// while let chunk = try await reader.read() { consume(chunk) }
/// ```
public struct Body: Sendable {
    private enum Storage: Sendable {
        case bytes([UInt8])
        case replayable(@Sendable () throws -> any BodyReader)
        case once(OneReader)
    }

    private let storage: Storage
    /// The length in bytes, if it is known before reading.
    public let length: Int?

    public static let empty = Body([])

    /// A body in memory; it can be read any number of times.
    public init(_ bytes: [UInt8]) {
        storage = .bytes(bytes)
        length = bytes.count
    }

    /// A body in memory, of a text's UTF-8.
    public init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// A body that can be read any number of times, each time from a new reader.
    public init(length: Int?, replaying makeReader: @escaping @Sendable () throws -> any BodyReader) {
        storage = .replayable(makeReader)
        self.length = length
    }

    /// A body that can be read once. Dropping it unread drops, and so cancels, the reader.
    public init(once reader: any BodyReader, length: Int? = nil) {
        storage = .once(OneReader(reader))
        self.length = length
    }

    /// True if the body can be read again: only then may a request be sent again.
    public var isReplayable: Bool {
        if case .once = storage { false } else { true }
    }

    /// The whole body if it is in memory already, else nil.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = storage { bytes } else { nil }
    }

    /// Starts reading. Throws ``Failure`` `bodyAlreadyRead` for the second reader of a body that can be read
    /// once.
    public func makeReader() throws -> any BodyReader {
        switch storage {
        case .bytes(let bytes): BytesReader(bytes)
        case .replayable(let make): try make()
        case .once(let one): try one.take()
        }
    }

    /// Reads the whole body into memory.
    ///
    /// Throws ``Failure`` `bodyTooLarge` as soon as it is known to have more than `limit` bytes, and what the
    /// reader throws. Cancelling the task cancels the reader.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        if let length, length > limit { throw Body.tooLarge(limit) }
        if let bytes { return bytes }
        let reader = try makeReader()
        var collected: [UInt8] = []
        if let length { collected.reserveCapacity(length) }
        while let chunk = try await reader.read() {
            guard collected.count + chunk.count <= limit else {
                reader.cancel()
                throw Body.tooLarge(limit)
            }
            collected += chunk
        }
        return collected
    }

    private static func tooLarge(_ limit: Int) -> Failure {
        Failure(.bodyTooLarge, "The body has more than \(limit) bytes; send less or raise the limit.")
    }
}
