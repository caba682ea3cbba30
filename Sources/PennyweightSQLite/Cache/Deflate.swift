private import CZlib

/// How compressed bytes are framed.
enum DeflateFraming: Sendable, Hashable {
    /// A bare deflate stream (RFC 1951) that starts with a dictionary which both sides know.
    case raw(dictionary: [UInt8])
    /// One gzip member (RFC 1952): any HTTP client can read it as it is.
    case gzip

    /// zlib's code for the framing, with the largest window.
    var windowBits: Int32 {
        switch self {
        case .raw: -15
        case .gzip: 31
        }
    }
}

/// Compresses bytes at once.
enum Deflate {
    /// The best trade for bodies of a few kilobytes, measured: level 9 gains less than one percent.
    private static let level: Int32 = 6

    /// The compressed bytes; nil only if zlib has no memory.
    static func compress(_ bytes: [UInt8], _ framing: DeflateFraming) -> [UInt8]? {
        var stream = z_stream()
        guard pennyweight_deflateInit2(&stream, level, framing.windowBits) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        if case .raw(let dictionary) = framing, !dictionary.isEmpty {
            guard deflateSetDictionary(&stream, dictionary, UInt32(dictionary.count)) == Z_OK else {
                return nil
            }
        }
        guard let inputCount = UInt32(exactly: bytes.count),
            let bound = UInt32(exactly: deflateBound(&stream, UInt(bytes.count)))
        else { return nil }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = inputCount
            var isFinished = false
            let output = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
                stream.next_out = buffer.baseAddress
                stream.avail_out = bound
                isFinished = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = Int(bound - stream.avail_out)
            }
            return isFinished ? output : nil
        }
    }
}
