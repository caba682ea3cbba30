public import PennyweightLedger
public import PennyweightTime

/// Where answers are kept. It knows no policy: what is stored, served and expired is decided by the stage
/// `Cache`.
///
/// Stores are disposable and bounded. Whatever they throw makes the call a miss, never an error.
public protocol CacheStore: Sendable {
    /// The entry under a key, fresh or not; nil if there is none.
    func entry(for key: CacheKey) async throws -> CacheEntry?

    /// Puts an entry under a key, in place of what was there. An entry larger than the store's bound is not
    /// kept.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws

    /// Removes the entry under a key, if there is one.
    func remove(_ key: CacheKey) async throws
}

/// 32 bytes that stand for everything that can change an answer: the SHA-256 of ``CacheKey/Fields``.
public struct CacheKey: Sendable, Hashable, CustomStringConvertible {
    public let digest: [UInt8]

    /// Takes a digest of 32 bytes; nil for another count.
    public init?(digest: [UInt8]) {
        guard digest.count == 32 else { return nil }
        self.digest = digest
    }

    /// 64 hexadecimal digits.
    public var description: String { hexadecimal(digest) }
}

/// One stored answer: complete, folded (a stream is stored as the plain answer that it amounts to).
public struct CacheEntry: Sendable, Hashable {
    /// SHA-256 of the canonical body, compared on a hit.
    public var canonicalDigest: [UInt8]
    public var account: String
    public var route: String
    /// The model that was asked for.
    public var model: String
    /// The model that ran.
    public var executedModel: String?
    public var provider: String
    public var status: Int
    public var contentType: String
    /// The plain answer's bytes.
    public var body: [UInt8]
    /// What the original used and cost: what a hit avoids.
    public var usage: Usage?
    public var cost: Cost
    public var storedAt: Timestamp
    /// From this point on the entry is stale.
    public var expiresAt: Timestamp

    public init(
        canonicalDigest: [UInt8], account: String, route: String, model: String, executedModel: String?,
        provider: String, status: Int, contentType: String, body: [UInt8], usage: Usage?, cost: Cost,
        storedAt: Timestamp, expiresAt: Timestamp
    ) {
        self.canonicalDigest = canonicalDigest
        self.account = account
        self.route = route
        self.model = model
        self.executedModel = executedModel
        self.provider = provider
        self.status = status
        self.contentType = contentType
        self.body = body
        self.usage = usage
        self.cost = cost
        self.storedAt = storedAt
        self.expiresAt = expiresAt
    }
}
