private import CZlib

/// Expands compressed bytes at once.
enum Inflate {
    /// Deflate can't shrink anything to less than a 1032nd (zlib's technical notes); a greater claim is a
    /// lie.
    private static let greatestRatio = 1_032

    /// The bytes, if they are exactly `length`; nil for damaged input and for any other length.
    ///
    /// Never allocates more than `length`, and never more than the input can truly expand to.
    static func expand(_ bytes: [UInt8], to length: Int, _ framing: DeflateFraming) -> [UInt8]? {
        bytes.withUnsafeBytes { expand($0, to: length, framing) }
    }

    /// The same of bytes that lie somewhere else.
    static func expand(
        _ bytes: UnsafeRawBufferPointer, to length: Int, _ framing: DeflateFraming
    ) -> [UInt8]? {
        guard length >= 0, length <= bytes.count * greatestRatio,
            let inputCount = UInt32(exactly: bytes.count)
        else { return nil }
        var stream = z_stream()
        guard pennyweight_inflateInit2(&stream, framing.windowBits) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        if case .raw(let dictionary) = framing, !dictionary.isEmpty {
            guard inflateSetDictionary(&stream, dictionary, UInt32(dictionary.count)) == Z_OK else {
                return nil
            }
        }
        // One byte more, so that output beyond the length shows.
        guard let room = UInt32(exactly: length + 1) else { return nil }
        // zlib only reads its input, whatever the type says.
        let input = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        stream.next_in = input?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = inputCount
        var isComplete = false
        let output = [UInt8](unsafeUninitializedCapacity: length + 1) { buffer, count in
            stream.next_out = buffer.baseAddress
            stream.avail_out = room
            let result = inflate(&stream, Z_FINISH)
            count = Int(room - stream.avail_out)
            isComplete = result == Z_STREAM_END && stream.avail_in == 0 && count == length
        }
        return isComplete ? output : nil
    }
}
