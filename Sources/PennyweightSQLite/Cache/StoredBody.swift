private import Crypto

/// An answer's bytes as they lie in the file.
struct StoredBody: Sendable, Hashable {
    /// How the bytes are kept. The numbers are in files: they never change their meaning.
    enum Codec: Int64, Sendable {
        /// As they are: compressing doesn't make them smaller.
        case plain = 0
        /// Bare deflate after a preset dictionary; for small bodies.
        case dictionary = 1
        /// A gzip member, which can be served as it is; for large bodies.
        case gzip = 2
    }

    /// Beyond this a dictionary gains 5 to 15 percent, less than serving the member as it is.
    static let dictionaryLimitBytes = 4_096

    let codec: Codec
    /// The dictionary's number; 0 for none.
    let dictionary: Int64
    /// How many bytes the body has.
    let length: Int
    let bytes: [UInt8]

    init(codec: Codec, dictionary: Int64, length: Int, bytes: [UInt8]) {
        self.codec = codec
        self.dictionary = dictionary
        self.length = length
        self.bytes = bytes
    }

    /// Compresses a body in the way that fits its size and route.
    init(packing body: [UInt8], route: String) {
        let preset = PresetDictionary.current(for: route)
        let isSmall = body.count < StoredBody.dictionaryLimitBytes
        let framing: DeflateFraming = isSmall ? .raw(dictionary: preset.bytes) : .gzip
        if let packed = Deflate.compress(body, framing), packed.count < body.count {
            self.init(
                codec: isSmall ? .dictionary : .gzip, dictionary: isSmall ? preset.number : 0,
                length: body.count, bytes: packed)
        } else {
            self.init(codec: .plain, dictionary: 0, length: body.count, bytes: body)
        }
    }

    /// What an equal body is found by: the first 8 bytes of the SHA-256 of the plain one. Whoever finds one
    /// compares the bytes.
    func hash(of plain: [UInt8]) -> Int64 {
        let digest = SHA256.hash(data: plain).prefix(8)
        return Int64(bitPattern: digest.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The body; nil if the bytes are damaged or need a dictionary that isn't known.
    func unpacked() -> [UInt8]? {
        bytes.withUnsafeBytes {
            StoredBody.unpacked($0, codec: codec, dictionary: dictionary, length: length)
        }
    }

    /// The same of bytes that lie somewhere else.
    static func unpacked(
        _ bytes: UnsafeRawBufferPointer, codec: Codec, dictionary: Int64, length: Int
    ) -> [UInt8]? {
        switch codec {
        case .plain:
            return bytes.count == length ? Array(bytes) : nil
        case .dictionary:
            guard let preset = PresetDictionary.known(dictionary) else { return nil }
            return Inflate.expand(bytes, to: length, .raw(dictionary: preset.bytes))
        case .gzip:
            return Inflate.expand(bytes, to: length, .gzip)
        }
    }
}
