public import HTTPTypes

/// What the stage ``Cache`` decides by: what it does with which calls, how large answers may be, and what
/// parts them.
public struct CachePolicy: Sendable, Hashable {
    /// What holds for every call unless a rule, its account or its caller says otherwise.
    public var defaults = CachePlan()
    /// The first rule that is for a call holds.
    public var rules: [CacheRule] = []
    /// What is said of accounts, by path; it holds for all accounts below, and is stronger than rules.
    public var accounts: [String: CacheSettings] = [:]
    /// Header fields of the request that change the answer, and so are in the key.
    public var keyedHeaders: [HTTPField.Name] = CachePolicy.answerChangingHeaders
    /// The largest folded answer that is stored: 8 MiB by default.
    public var maximumEntryBytes = 8 << 20
    /// The most bytes of an answer as it arrives that are followed: 64 MiB by default. A stream is many times
    /// as long as the answer that it folds into.
    public var maximumAnswerBytes = 64 << 20
    /// How long the end of an answer waits for the store: half a second by default. The store goes on behind
    /// it.
    public var patience: Duration = .milliseconds(500)
    /// How far in the future an entry may have been stored, for clocks that are set back a little.
    public var clockTolerance: Duration = .seconds(60)
    /// With what answers are sealed where they last; off by default. The store has to be opened alike.
    public var encryption = CacheEncryption.off
    /// The bounds of single flight.
    public var flights = FlightPolicy()

    public init() {}

    /// A cache that keeps nothing. Callers who forbid asking the provider, or ask for a made-up answer, are
    /// still heard.
    public static var off: CachePolicy {
        var policy = CachePolicy()
        policy.defaults.mode = .off
        return policy
    }

    /// How long answers live by default.
    public var freshness: FreshnessPolicy {
        get { defaults.freshness }
        set { defaults.freshness = newValue }
    }

    /// How long an answer is fresh by default.
    public var timeToLive: Duration {
        get { defaults.freshness.timeToLive }
        set { defaults.freshness.timeToLive = newValue }
    }

    /// The partition inside every account by default.
    public var namespace: String {
        get { defaults.namespace }
        set { defaults.namespace = newValue }
    }

    /// Fields by which callers of the known providers choose another behaviour for the same body.
    public static let answerChangingHeaders: [HTTPField.Name] = [
        "openai-beta", "openai-organization", "openai-project", "anthropic-beta", "anthropic-version",
    ].compactMap { HTTPField.Name($0) }
}
