public import PennyweightTime

/// A key that the gateway gives out to its callers. What is kept of its secret is a digest.
public struct VirtualKey: Sendable, Hashable {
    /// The part of the key that may be shown: it names the key in reports, logs and budgets.
    public let id: String
    public let name: String?
    /// SHA-256 of the secret.
    public let secretDigest: [UInt8]
    /// The last four characters of the secret, so that a person can tell keys apart.
    public let lastFour: String
    /// Who pays: a path, see ``AccountPath``.
    public let account: String
    /// Models that may be asked for: names, or the start of names before a `*`; empty for all.
    public let models: [String]
    /// Routes that may be called, below the base URL; empty for all.
    public let routes: [String]
    public let createdAt: Timestamp
    /// From when on it is refused; nil for never.
    public let expiresAt: Timestamp?
    /// When it was revoked; nil if it was not.
    public var revokedAt: Timestamp?

    public init(
        id: String, name: String?, secretDigest: [UInt8], lastFour: String, account: String,
        models: [String] = [], routes: [String] = [], createdAt: Timestamp, expiresAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.secretDigest = secretDigest
        self.lastFour = lastFour
        self.account = account
        self.models = models
        self.routes = routes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Whether a key is taken.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case active, revoked, expired
    }

    /// Whether the key is taken at a time. Revoked is for good, whatever the time.
    public func status(at time: Timestamp) -> Status {
        if revokedAt != nil { return .revoked }
        return expiresAt.map { time >= $0 } == true ? .expired : .active
    }

    /// True if a model of this name may be asked for: without a list any, else those that it covers.
    public func allows(model: String) -> Bool {
        models.isEmpty
            || models.contains { $0.hasSuffix("*") ? model.hasPrefix($0.dropLast()) : model == $0 }
    }

    /// True if a path below the base URL may be called: without a list any, else the routes in it and what
    /// lies below them (`/models` allows `/models/gpt-4o`).
    public func allows(route: String) -> Bool {
        routes.isEmpty || routes.contains { route == $0 || route.hasPrefix($0 + "/") }
    }
}
