package import Crypto
public import PennyweightPipeline

/// What stored answers are sealed with: a caller's credential, or one secret of the application.
///
/// A program that wants each of its callers' answers sealed by their own puts it in the context:
///
/// ```swift
/// context[CacheSecret.self] = CacheSecret(bytesOfTheCredential)
/// ```
///
/// Answers that are sealed with one secret are never served to a call with another one, whichever tier holds
/// them, nor while they are in flight. It can't be printed, encoded or reflected.
public final class CacheSecret: Sendable, Hashable, ContextKey {
    /// The fewest bytes that a secret has: 256 bits. They have to be random: nothing here slows down who
    /// tries guesses.
    public static let leastBytes = 32

    /// The pseudorandom key of HKDF (RFC 5869 section 2.2); the secret itself is not kept.
    private let root: SymmetricKey
    private let blinding: SymmetricKey

    /// Takes a secret; nil if it has fewer than 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= CacheSecret.leastBytes else { return nil }
        let code = HKDF<SHA256>.extract(
            inputKeyMaterial: SymmetricKey(data: bytes), salt: Array("pennyweight-cache/1".utf8))
        root = code.withUnsafeBytes { SymmetricKey(data: $0) }
        blinding = HKDF<SHA256>.expand(
            pseudoRandomKey: root, info: Array("lookup".utf8), outputByteCount: 32)
    }

    /// Reads 64 hexadecimal digits, or 32 bytes in Base 64 (RFC 4648 section 4); nil for anything else. White
    /// space around it, as a file's last line break, is not part of it.
    public convenience init?(reading text: some StringProtocol) {
        guard let text = try? Secret(text).reveal(),
            let bytes = CacheKey(text)?.digest ?? Base64.decode(text[...]),
            bytes.count == CacheSecret.leastBytes
        else { return nil }
        self.init(bytes)
    }

    /// No call has one unless somebody sets it.
    public static var defaultValue: CacheSecret? { nil }

    public static func == (left: CacheSecret, right: CacheSecret) -> Bool {
        left === right || left.root == right.root
    }

    public func hash(into hasher: inout Hasher) {
        blinding.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// HMAC-SHA256 of a key under a key that is derived for this alone: who has the file, but not the secret,
    /// can't tell whether a guessed question is the one that it stands for.
    func blinded(_ digest: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: digest, using: blinding))
    }

    /// A key of 256 bits for one purpose (HKDF-Expand, RFC 5869 section 2.3). What is in `parts` must not
    /// make two lists of one text: it has a fixed length.
    package func key(for purpose: String, _ parts: [UInt8]...) -> SymmetricKey {
        HKDF<SHA256>.expand(
            pseudoRandomKey: root, info: Array(purpose.utf8) + parts.joined(), outputByteCount: 32)
    }
}

extension CacheSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
