private import Crypto

/// Follows bytes chunk by chunk, and tells what they are at their end. A value: no waiting.
///
/// For implementations of ``MediaStore``.
public struct MediaIntake: Sendable {
    private var hash = MediaHash()
    private var edges = MediaEdges()

    public init() {}

    /// How many bytes have come.
    public var size: Int64 { edges.size }

    /// Takes the next bytes.
    public mutating func consume(_ chunk: [UInt8]) {
        hash.update(chunk)
        edges.consume(chunk)
    }

    /// What the bytes are that have come so far.
    public var media: Media { Media(digest: hash.digest, size: size, type: edges.type) }
}

/// How bytes begin and end, and how many they are.
struct MediaEdges: Sendable {
    private(set) var size: Int64 = 0
    private var head: [UInt8] = []
    private var tail: [UInt8] = []

    mutating func consume(_ chunk: [UInt8]) {
        size += Int64(chunk.count)
        if head.count < MediaType.headLength { head += chunk.prefix(MediaType.headLength - head.count) }
        tail = Array((tail + chunk.suffix(MediaType.tailLength)).suffix(MediaType.tailLength))
    }

    var type: MediaType { MediaType(beginningWith: head) }

    /// See `MediaType.isWhole(head:tail:size:)`.
    var isWhole: Bool? { type.isWhole(head: head, tail: tail, size: size) }
}

/// A SHA-256 that is fed chunk by chunk.
private struct MediaHash: Sendable {
    private var hash = SHA256()

    mutating func update(_ chunk: [UInt8]) { hash.update(data: chunk) }

    var digest: MediaDigest { MediaDigest(bytes: Array(hash.finalize())) ?? MediaDigest(of: []) }
}
