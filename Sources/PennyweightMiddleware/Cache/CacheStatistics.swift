/// What a store keeps, tier by tier.
public struct CacheStatistics: Sendable, Hashable {
    /// One tier of a store.
    public struct Tier: Sendable, Hashable {
        /// `memory` or `disk`.
        public var name: String
        public var entries: Int
        /// Bytes that count towards the limit: bodies as they are kept, and what entries cost beside them.
        public var bytes: Int
        public var limitBytes: Int
        /// Different bodies: equal ones are kept once. Nil if the tier does not tell them apart.
        public var bodies: Int?
        /// What the bodies of all entries amount to in plain; nil if the tier does not count it.
        public var plainBytes: Int?
        /// Vectors by which similar questions are found; nil if the tier keeps none.
        public var vectors: Int?

        public init(
            name: String, entries: Int, bytes: Int, limitBytes: Int, bodies: Int? = nil,
            plainBytes: Int? = nil, vectors: Int? = nil
        ) {
            self.name = name
            self.entries = entries
            self.bytes = bytes
            self.limitBytes = limitBytes
            self.bodies = bodies
            self.plainBytes = plainBytes
            self.vectors = vectors
        }
    }

    /// The tiers, fastest first; the last one has all that is kept.
    public var tiers: [Tier]

    public init(tiers: [Tier]) {
        self.tiers = tiers
    }

    /// How many entries there are.
    public var entries: Int { tiers.last?.entries ?? 0 }

    /// The bytes that count towards the limit of the last tier.
    public var bytes: Int { tiers.last?.bytes ?? 0 }
}
