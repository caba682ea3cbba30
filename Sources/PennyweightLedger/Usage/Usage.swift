/// Everything that one attempt used: tokens, and what is counted in other units.
public struct Usage: Sendable, Hashable {
    /// Nil if the provider reported no tokens.
    public var tokens: TokenUsage?
    /// Images, seconds, characters, requests, searches, tool calls; each with the variant that decides its
    /// price.
    public var meters: [Meter]
    /// The tier that the provider says it served (`default`, `flex`, `priority`, `batch`); it decides the
    /// price.
    public var serviceTier: String?
    /// The usage object as the provider sent it: evidence, kept with the line.
    public var raw: [UInt8]?

    public init(
        tokens: TokenUsage? = nil, meters: [Meter] = [], serviceTier: String? = nil, raw: [UInt8]? = nil
    ) {
        self.tokens = tokens
        self.meters = meters
        self.serviceTier = serviceTier
        self.raw = raw
    }

    /// A count of one unit that is not a token.
    public struct Meter: Sendable, Hashable {
        public var unit: Unit
        /// What distinguishes prices of one unit: `high/1024x1024` for an image, `720p` for a second of
        /// video.
        public var variant: String?
        public var count: Int64

        public init(_ unit: Unit, variant: String? = nil, count: Int64) {
            self.unit = unit
            self.variant = variant
            self.count = count
        }
    }
}
