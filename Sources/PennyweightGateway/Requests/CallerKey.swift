private import Crypto

/// Turns the credential that a caller showed into a label that reveals nothing.
enum CallerKey {
    /// `key-` and the first eight hexadecimal digits of the credential's SHA-256; nil without a bearer
    /// credential.
    ///
    /// The label tells keys apart in reports. It is no authentication: 32 bits are too few for that.
    static func label(authorization: String?) -> String? {
        guard let credential = credential(authorization: authorization) else { return nil }
        let digest = SHA256.hash(data: Array(credential.utf8))
        let digits = Array("0123456789abcdef")
        return digest.prefix(4).reduce(into: "key-") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
    }

    /// What stands after `Bearer ` (RFC 6750 section 2.1); nil without a bearer credential.
    static func credential(authorization: String?) -> String? {
        let scheme = "bearer "
        guard let authorization, authorization.count > scheme.count,
            authorization.prefix(scheme.count).lowercased() == scheme
        else { return nil }
        return String(authorization.dropFirst(scheme.count))
    }
}
