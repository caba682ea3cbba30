public import PennyweightLedger
public import PennyweightTime

/// Some entries of a store, in the order of their names.
public struct CachePage: Sendable, Hashable {
    public var entries: [CacheSummary]
    /// Where the next page begins: pass it as `after`; nil if this is the last one.
    public var next: SortableID?

    public init(_ entries: [CacheSummary], next: SortableID? = nil) {
        self.entries = entries
        self.next = next
    }
}

/// What an entry says of itself, without its body.
public struct CacheSummary: Sendable, Hashable {
    public var id: SortableID
    public var key: CacheKey
    public var account: String
    public var namespace: String
    public var route: String
    public var model: String
    public var executedModel: String?
    public var provider: String
    public var status: Int
    /// The plain answer's bytes.
    public var bytes: Int
    public var cost: Cost
    public var storedAt: Timestamp
    public var expiresAt: Timestamp
    public var tags: [String: String]
    /// When the store gave it out last; nil if it did not, or does not know.
    public var lastUsed: Timestamp?
    /// How often the store gave it out; nil if it does not know.
    public var hits: Int?
    /// True if the answer, and all that is derived from it, is sealed: it takes the secret to read it.
    public var isSealed = false

    public init(
        id: SortableID, key: CacheKey, account: String, namespace: String, route: String, model: String,
        executedModel: String?, provider: String, status: Int, bytes: Int, cost: Cost, storedAt: Timestamp,
        expiresAt: Timestamp, tags: [String: String], lastUsed: Timestamp? = nil, hits: Int? = nil
    ) {
        self.id = id
        self.key = key
        self.account = account
        self.namespace = namespace
        self.route = route
        self.model = model
        self.executedModel = executedModel
        self.provider = provider
        self.status = status
        self.bytes = bytes
        self.cost = cost
        self.storedAt = storedAt
        self.expiresAt = expiresAt
        self.tags = tags
        self.lastUsed = lastUsed
        self.hits = hits
    }

    /// The summary of an entry under a key.
    public init(of entry: CacheEntry, under key: CacheKey, lastUsed: Timestamp? = nil, hits: Int? = nil) {
        self.init(
            id: entry.id, key: key, account: entry.account, namespace: entry.namespace, route: entry.route,
            model: entry.model, executedModel: entry.executedModel, provider: entry.provider,
            status: entry.status, bytes: entry.body.count, cost: entry.cost, storedAt: entry.storedAt,
            expiresAt: entry.expiresAt, tags: entry.tags, lastUsed: lastUsed, hits: hits)
    }
}
