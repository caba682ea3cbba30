/// What the stage ``SemanticLookup`` decides by. Whether a call uses it at all, and how similar questions
/// must be, the cache's rules say (``CachePlan/semantic``, ``CachePlan/similarity``).
public struct SemanticPolicy: Sendable, Hashable {
    /// The model that makes vectors of texts.
    public var model = "text-embedding-3-small"
    /// How many numbers a vector is to have; nil for the model's own count.
    public var dimensions: Int?
    /// The longest that a call waits for its vector and the search: 2 seconds. Past it the call is a plain
    /// miss.
    public var patience: Duration = .seconds(2)
    /// The longest text that is looked up, in bytes of UTF-8: 2,000. In a long text a small difference hardly
    /// moves the vector.
    public var maximumTextBytes = 2_000
    /// The most of the served answers that may be wrong: 2 %.
    public var maximumErrorRate = 0.02
    /// How sure that has to be: 95 %.
    public var confidence = 0.95
    /// True if nothing is served until evidence proves the bound.
    public var requiresFeedback = false
    /// How many of a thousand answers that might be served are asked for anyway, and compared: 0.
    public var explorePerMille = 0

    public init() {}
}

/// Which calls look for answers to similar questions.
public enum SemanticUse: String, Sendable, Hashable, CaseIterable {
    case off
    /// Those whose callers ask for it.
    case asked
    /// All but those whose callers refuse it.
    case always
}
