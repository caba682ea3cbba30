internal import PennyweightMiddleware

/// Reads the credential that manages the gateway.
enum AdminKey {
    /// Fewer characters might be guessed.
    static let least = 32

    /// Throws ``InvalidAdminKey`` if it is too short, or can't stand in a header. The text is never shown.
    static func read(_ text: String) throws -> Secret {
        let secret = try Secret(text)
        guard secret.reveal().utf8.count >= least, KeyCredential(secret.reveal()) == nil else {
            throw InvalidAdminKey()
        }
        return secret
    }
}

/// An admin key that is too short, or is a virtual key.
struct InvalidAdminKey: Error, CustomStringConvertible {
    var description: String {
        "An admin key needs \(AdminKey.least) characters at least, and must not be a virtual key; make "
            + "one with 'openssl rand -base64 32'."
    }
}
