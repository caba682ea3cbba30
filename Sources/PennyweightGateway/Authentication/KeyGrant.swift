public import PennyweightLedger
public import PennyweightMiddleware
internal import PennyweightPipeline
public import PennyweightTime

/// What a new virtual key shall be: who pays, and what it may do.
///
/// ```swift
/// let issued = try KeyGrant(account: "acme/search", models: ["gpt-4o*"]).issue(time: time, random: random)
/// try await store.add(issued.key)
/// print(issued.secret.reveal())  // the only time that it is seen
/// ```
public struct KeyGrant: Sendable, Hashable {
    /// A path, see `AccountPath`.
    public var account: String
    public var name: String?
    /// Names of models, or the start of names before a `*`; empty for all.
    public var models: [String]
    /// Routes below the base URL (`/chat/completions`); each allows what lies below it. Empty for all.
    public var routes: [String]
    /// From when on the key is refused; nil for never.
    public var expiresAt: Timestamp?

    /// The most models or routes that a key may list.
    public static let listLimit = 64

    public init(
        account: String, name: String? = nil, models: [String] = [], routes: [String] = [],
        expiresAt: Timestamp? = nil
    ) {
        self.account = account
        self.name = name
        self.models = models
        self.routes = routes
        self.expiresAt = expiresAt
    }

    /// A key that was made, and the text that its caller will show.
    public struct Issued: Sendable {
        /// What is kept.
        public let key: VirtualKey
        /// `pw_<id>_<secret>`: can't be had again.
        public let secret: Secret
    }

    /// Makes a key with a new id and secret. Throws a `Failure` `invalidRequest` that says what can't be
    /// granted.
    public func issue(time: any TimeSource, random: any RandomSource) throws -> Issued {
        let now = time.now()
        if let problem = problem(at: now) { throw Failure(.invalidRequest, problem) }
        let credential = KeyCredential(random: random)
        let key = VirtualKey(
            id: credential.id, name: name, secretDigest: credential.digest, lastFour: credential.lastFour,
            account: account, models: models, routes: routes, createdAt: now, expiresAt: expiresAt)
        return Issued(key: key, secret: try credential.text())
    }

    private func problem(at now: Timestamp) -> String? {
        if !AccountPath.isValid(account) {
            return "The account '\(account.prefix(100))' is no path like acme/search: up to "
                + "\(AccountPath.depthLimit) segments of letters, digits, '.', '_' or '-'."
        }
        if let name, !KeyGrant.isLine(name) {
            return "The name must have 1 to 128 characters, and no line breaks."
        }
        if models.count > KeyGrant.listLimit || routes.count > KeyGrant.listLimit {
            return "A key can list \(KeyGrant.listLimit) models and \(KeyGrant.listLimit) routes."
        }
        let isModel = { (text: String) in KeyGrant.isLine(text) && !text.dropLast().contains("*") }
        if let model = models.first(where: { !isModel($0) }) {
            return "'\(model.prefix(100))' is no model's name, nor the start of one with a '*' at its end."
        }
        if let route = routes.first(where: { !KeyGrant.isRoute($0) }) {
            return "'\(route.prefix(100))' is no route below the base URL like /chat/completions."
        }
        if let expiresAt, expiresAt <= now {
            return "The key would have expired at \(expiresAt.text) already; give a later time."
        }
        return nil
    }

    private static func isLine(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    private static func isRoute(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (2...128).contains(bytes.count) && bytes.first == UInt8(ascii: "/")
            && bytes.last != UInt8(ascii: "/") && bytes.allSatisfy { (0x21...0x7E).contains($0) }
            && !text.contains("*") && !text.contains("?") && !text.hasPrefix("/v1/")
            && !text.hasPrefix("/openai/")
    }
}
