/// Where webhooks go: an absolute `http` or `https` URL, with path and query.
///
/// The path and the query may hold a token: only scheme and authority are ever shown.
public struct WebhookURL: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    let scheme: String
    let authority: String
    /// Begins with a slash; with the query, as it was written.
    let target: String

    /// Reads a URL (RFC 3986). Throws ``InvalidWebhookURL``, which says what is wrong and repeats nothing.
    public init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard text.utf8.count <= 2_048 else { throw InvalidWebhookURL("has more than 2048 bytes") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidWebhookURL("has a space or a character beyond ASCII")
        }
        guard !text.contains("#") else {
            throw InvalidWebhookURL("has a fragment; leave out what begins with #")
        }
        guard let colon = text.firstRange(of: "://") else {
            throw InvalidWebhookURL("has no scheme; begin it with https://")
        }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        do {
            let origin = try BaseURL(text[..<end])
            scheme = origin.scheme
            authority = origin.authority
        } catch let error as InvalidBaseURL {
            throw InvalidWebhookURL(error.problem)
        }
        let target = rest[end...]
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    public var description: String { "\(scheme)://\(authority)/…" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that webhooks can't be sent to, and why.
public struct InvalidWebhookURL: Error, Sendable, Hashable, CustomStringConvertible {
    private let problem: String

    init(_ problem: String) {
        self.problem = problem
    }

    public var description: String {
        "The webhook's URL \(problem). It looks like this: https://example.com/hooks/budgets"
    }
}
