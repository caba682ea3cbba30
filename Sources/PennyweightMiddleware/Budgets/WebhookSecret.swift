private import Crypto

/// What signs webhooks, so that their receiver knows who sent them: 24 to 64 random bytes, written as
/// `whsec_` and their Base 64 (Standard Webhooks, "Signature scheme").
public struct WebhookSecret: Sendable, CustomStringConvertible, CustomReflectable {
    private static let prefix = "whsec_"
    private static let lengths = 24...64

    private let bytes: [UInt8]

    /// Reads the text; white space around it, as a file's last line break, is not part of it. Throws
    /// ``InvalidWebhookSecret``.
    public init(_ text: some StringProtocol) throws {
        let text = try Secret(text).reveal()
        guard text.hasPrefix(WebhookSecret.prefix),
            let bytes = Base64.decode(text.dropFirst(WebhookSecret.prefix.count)),
            WebhookSecret.lengths.contains(bytes.count)
        else { throw InvalidWebhookSecret() }
        self.bytes = bytes
    }

    /// The header `webhook-signature` of a message: `v1,` and the Base 64 of the HMAC-SHA256 over identifier,
    /// timestamp and body, joined by dots.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: bytes))
        return "v1,\(Base64.encode(Array(code)))"
    }

    public var description: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that is no secret of webhooks.
public struct InvalidWebhookSecret: Error, Sendable, CustomStringConvertible {
    public init() {}

    public var description: String {
        "The webhook's secret must be whsec_ and the Base 64 of 24 to 64 random bytes; make one with: "
            + "echo \"whsec_$(openssl rand -base64 32)\""
    }
}
