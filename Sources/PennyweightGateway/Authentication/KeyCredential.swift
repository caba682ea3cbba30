private import Crypto
internal import PennyweightMiddleware
internal import PennyweightTime

/// What a caller shows: `pw_<id>_<secret>`, the id of a virtual key and its 256-bit secret.
///
/// The id is 16 characters of base32 (80 bits, lower case: RFC 4648 section 6), the secret 43 of base64url
/// (RFC 4648 section 5). Every text has one reading, and every credential one text. It can't be printed or
/// reflected: where it is shown, that is its id.
struct KeyCredential: Sendable, CustomStringConvertible, CustomReflectable {
    let id: String
    private let secret: [UInt8]

    static let prefix = "pw_"
    static let idCount = 16
    static let secretCount = 43

    private static let idAlphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let secretAlphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Makes a new credential of 80 and 256 random bits.
    init(random: any RandomSource) {
        let bits = [random.next(), random.next()]
        let digits = (0..<KeyCredential.idCount).map { index in
            KeyCredential.idAlphabet[Int(bits[index / 8] >> (UInt64(index % 8) * 5) & 31)]
        }
        id = String(decoding: digits, as: UTF8.self)
        secret = (0..<4).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
        }
    }

    /// Reads a credential; nil for everything that is none.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let prefix = Array(KeyCredential.prefix.utf8)
        let idEnd = prefix.count + KeyCredential.idCount
        guard bytes.count == idEnd + 1 + KeyCredential.secretCount, bytes.starts(with: prefix),
            bytes[idEnd] == UInt8(ascii: "_"),
            bytes[prefix.count..<idEnd].allSatisfy(KeyCredential.idAlphabet.contains),
            let secret = KeyCredential.decoded(bytes[(idEnd + 1)...])
        else { return nil }
        id = String(decoding: bytes[prefix.count..<idEnd], as: UTF8.self)
        self.secret = secret
    }

    /// The whole text, for the one time that it is shown.
    func text() throws -> Secret {
        try Secret(KeyCredential.prefix + id + "_" + secretText)
    }

    /// The end of the text, which may be shown.
    var lastFour: String { String(secretText.suffix(4)) }

    /// SHA-256 of the secret: what is kept of it.
    var digest: [UInt8] { Array(SHA256.hash(data: secret)) }

    /// The secret itself, for what is sealed with it.
    var sealingBytes: [UInt8] { secret }

    /// True if this is the secret of a digest. Takes as long for a wrong one, wherever it differs.
    func matches(_ digest: [UInt8]) -> Bool { ConstantTime.areEqual(self.digest, digest) }

    var description: String { "<key \(id)>" }
    var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    private var secretText: String {
        // 256 bits and two zeros are 43 digits of six bits.
        let digits = (0..<KeyCredential.secretCount).map { index -> UInt8 in
            let bit = index * 6
            let first = UInt16(secret[bit / 8]) << 8
            let second = bit / 8 + 1 < secret.count ? UInt16(secret[bit / 8 + 1]) : 0
            return KeyCredential.secretAlphabet[Int((first | second) >> (10 - UInt16(bit % 8)) & 63)]
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func decoded(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest: (bits: UInt32, count: UInt32) = (0, 0)
        for digit in digits {
            guard let value = secretAlphabet.firstIndex(of: digit) else { return nil }
            rest = (rest.bits << 6 | UInt32(value), rest.count + 6)
            guard rest.count >= 8 else { continue }
            rest.count -= 8
            bytes.append(UInt8(truncatingIfNeeded: rest.bits >> rest.count))
            rest.bits &= 1 << rest.count - 1
        }
        return rest.bits == 0 ? bytes : nil
    }
}
