/// Some of what a ``CachePlan`` says; what is nil stays as it was.
public struct CacheSettings: Sendable, Hashable {
    public var mode: ReplayMode?
    /// How answers are looked for; a rule can't pin one recording.
    public var match: ReplayMatch?
    public var namespace: String?
    public var pace: ReplayPace?
    public var admission: CacheAdmission?
    public var isShared: Bool?
    public var ignoresAttribution: Bool?
    public var semantic: SemanticUse?
    public var similarity: Double?
    public var timeToLive: Duration?
    public var staleWhileRevalidate: Duration?
    public var staleIfError: Duration?
    /// Zero for none.
    public var negativeTimeToLive: Duration?
    public var jitterPerMille: Int?
    public var earlyRefreshPerMille: Int?

    public init() {}

    /// Puts what these settings say into a plan.
    public func apply(to plan: inout CachePlan) {
        CacheSettings.put(mode, into: &plan.mode)
        CacheSettings.put(match, into: &plan.match)
        CacheSettings.put(namespace, into: &plan.namespace)
        CacheSettings.put(pace, into: &plan.pace)
        CacheSettings.put(admission, into: &plan.admission)
        CacheSettings.put(isShared, into: &plan.isShared)
        CacheSettings.put(ignoresAttribution, into: &plan.ignoresAttribution)
        CacheSettings.put(semantic, into: &plan.semantic)
        CacheSettings.put(similarity, into: &plan.similarity)
        CacheSettings.put(timeToLive, into: &plan.freshness.timeToLive)
        CacheSettings.put(staleWhileRevalidate, into: &plan.freshness.staleWhileRevalidate)
        CacheSettings.put(staleIfError, into: &plan.freshness.staleIfError)
        CacheSettings.put(jitterPerMille, into: &plan.freshness.jitterPerMille)
        CacheSettings.put(earlyRefreshPerMille, into: &plan.freshness.earlyRefreshPerMille)
        if let negativeTimeToLive {
            plan.freshness.negativeTimeToLive = negativeTimeToLive > .zero ? negativeTimeToLive : nil
        }
    }

    private static func put<Value>(_ value: Value?, into place: inout Value) {
        if let value { place = value }
    }
}
