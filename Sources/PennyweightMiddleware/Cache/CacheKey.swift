/// 32 bytes that stand for everything that can change an answer: the SHA-256 of ``CacheKey/Fields``.
public struct CacheKey: Sendable, Hashable, CustomStringConvertible {
    public let digest: [UInt8]
    /// What the entry is sealed with where it lasts; nil for an entry in plain. It takes no part in
    /// comparing: the digest of such a key was made with it (``blinded(by:)``).
    public let secret: CacheSecret?

    /// Takes a digest of 32 bytes; nil for another count. With a secret, the digest is the blinded one.
    public init?(digest: [UInt8], secret: CacheSecret? = nil) {
        guard digest.count == 32 else { return nil }
        self.digest = digest
        self.secret = secret
    }

    /// Reads 64 hexadecimal digits in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var digest: [UInt8] = []
        var high: UInt8?
        for byte in text.utf8 {
            guard let digit = hexadecimalDigit(byte) else { return nil }
            if let first = high.take() { digest.append(first << 4 | digit) } else { high = digit }
        }
        guard high == nil else { return nil }
        self.init(digest: digest)
    }

    /// 64 hexadecimal digits.
    public var description: String { hexadecimal(digest) }

    /// Its first 8 bytes, in network order: a digest needs no other hash.
    public var prefix: UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    public static func == (left: CacheKey, right: CacheKey) -> Bool { left.digest == right.digest }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(prefix)
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
