/// What the cache does with one request: the policy, as rules, account and caller have narrowed it.
///
/// `CachePolicy.plan(for:asking:)` makes one. Pure: the stage acts on it.
public struct CachePlan: Sendable, Hashable {
    public var mode: ReplayMode = .replayOrRecord
    public var match: ReplayMatch = .standard
    /// A partition inside the account; answers of two namespaces never meet.
    public var namespace = ""
    public var freshness = FreshnessPolicy()
    /// Labels that are kept with the answer, to find and purge it by.
    public var tags: [String: String] = [:]
    /// At which pace a stored answer is streamed.
    public var pace: ReplayPace = .instant
    /// False if the call goes its own way even while an identical one is in flight.
    public var coalesces = true
    /// Which questions the cache takes at all.
    public var admission: CacheAdmission = .all
    /// True if answers are shared with every account whose plan says the same. Only ``ReplayMatch/standard``
    /// look-ups are; the others stay inside the account.
    public var isShared = false
    /// True if requests that differ only in for whom they are share an answer.
    public var ignoresAttribution = false
    /// Whether answers to similar questions are looked for (``SemanticLookup``).
    public var semantic: SemanticUse = .off
    /// How similar a question must be, as the cosine of the angle between both vectors: 0.97.
    public var similarity = 0.97
    /// What the caller accepts of a stored answer.
    public var directives = CacheDirectives()

    public init() {}

    /// The account that shared answers are kept under. No path of an account can be it.
    public static let sharedAccount = "*"

    /// True if a stored answer is looked for.
    public var looksUp: Bool { mode.replays && !directives.noStore && !directives.noCache }

    /// True if the provider's answer is kept.
    public var keeps: Bool { mode.records && !directives.noStore }

    /// True if the provider may be asked when nothing stored is served.
    ///
    /// Who names one recording wants that one: the normal cache then asks nobody for another. Who says
    /// ``ReplayMode/replayOrLive`` accepts another.
    public var goesUpstream: Bool {
        if case .pinned = match, mode == .replayOrRecord { return false }
        return mode.goesUpstream && !directives.onlyIfCached
    }

    /// The account that answers are kept under and looked for.
    public func scope(of account: String) -> String {
        isShared && match == .standard ? CachePlan.sharedAccount : account
    }
}
