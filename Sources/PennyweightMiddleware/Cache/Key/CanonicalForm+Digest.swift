private import Crypto

extension CanonicalForm {
    /// SHA-256 of the canonical text: 32 bytes.
    public var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
