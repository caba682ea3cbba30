public import PennyweightLedger
public import PennyweightTime

/// One stored answer: complete, folded (a stream is stored as the plain answer that it amounts to).
public struct CacheEntry: Sendable, Hashable {
    /// Names the entry for people and for feedback. Replacing an entry gives the new one a name of its own.
    public var id: SortableID
    /// SHA-256 of the canonical body, compared on a hit.
    public var canonicalDigest: [UInt8]
    public var account: String
    /// A partition inside the account; empty for the usual one.
    public var namespace: String
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
    /// Until this point a stale answer may still be of use; never before ``expiresAt``.
    public var usableUntil: Timestamp
    /// How long the original took; nil if it was not measured.
    public var took: Duration?
    /// Labels to find and remove the entry by.
    public var tags: [String: String]
    /// When the original's parts arrived, in a form that only the stage reads; nil if it was not recorded.
    public var pace: [UInt8]?
    private var packed = PackedBody()

    /// Makes an entry.
    ///
    /// Without an `id` it is named after its time and digest, which two accounts' entries of one millisecond
    /// may share. Without `usableUntil` it is of no use once it is stale.
    public init(
        id: SortableID? = nil, canonicalDigest: [UInt8], account: String, namespace: String = "",
        route: String, model: String, executedModel: String?, provider: String, status: Int,
        contentType: String, body: [UInt8], usage: Usage?, cost: Cost,
        storedAt: Timestamp, expiresAt: Timestamp, usableUntil: Timestamp? = nil, took: Duration? = nil,
        tags: [String: String] = [:], pace: [UInt8]? = nil
    ) {
        self.id = id ?? SortableID(namedAfter: canonicalDigest, at: storedAt)
        self.canonicalDigest = canonicalDigest
        self.account = account
        self.namespace = namespace
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
        self.usableUntil = max(usableUntil ?? expiresAt, expiresAt)
        self.took = took
        self.tags = tags
        self.pace = pace
    }
}

extension CacheEntry {
    /// The body as one gzip member (RFC 1952), if the store happens to hold it so: it can be sent as it is to
    /// callers that accept gzip.
    ///
    /// It says the same as ``body``, so it takes no part in comparing. Whoever changes the body sets it to
    /// nil.
    public var gzipMember: [UInt8]? {
        get { packed.gzipMember }
        set { packed.gzipMember = newValue }
    }

    /// The generation of its key in the store behind, when it was read there
    /// (``CacheStore/generation(of:)``).
    var generation: UInt64 {
        get { packed.generation }
        set { packed.generation = newValue }
    }

    /// A number that tells the entry from any other that is stored under its key.
    public var mark: UInt64 {
        (id.high.scrambled ^ id.low).scrambled ^ UInt64(bitPattern: storedAt.nanoseconds).scrambled
            ^ UInt64(body.count)
    }

    /// Equal to any other: it says what the body says, or how the entry was read.
    private struct PackedBody: Sendable, Hashable {
        var gzipMember: [UInt8]?
        var generation: UInt64 = 0

        static func == (left: PackedBody, right: PackedBody) -> Bool { true }

        func hash(into hasher: inout Hasher) {}
    }
}

extension SortableID {
    /// The time's milliseconds, and the first 74 bits of a digest in the place of random ones.
    fileprivate init(namedAfter digest: [UInt8], at time: Timestamp) {
        let bytes = Array((digest + Array(repeating: 0, count: 10)).prefix(10))
        let low = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let rest = bytes.suffix(2).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        self.init(
            high: milliseconds << 16 | 0x7000 | rest & 0x0FFF,
            low: 0x8000_0000_0000_0000 | low & 0x3FFF_FFFF_FFFF_FFFF)
    }
}
