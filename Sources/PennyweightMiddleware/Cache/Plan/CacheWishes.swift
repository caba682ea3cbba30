public import PennyweightPipeline

/// What a caller asks of the cache for one call.
///
/// A program sets them in the context; in HTTP they are header fields (``ReplayField``), and a member of the
/// body. Of two that say something of the same, the one that is closer to the wire counts.
///
/// ```swift
/// var context = client.makeContext()
/// context[CacheWishes.self].mode = .replayOrError
/// ```
public struct CacheWishes: Sendable, Hashable, ContextKey {
    public var mode: ReplayMode?
    public var match: ReplayMatch?
    /// At which pace a stored answer is streamed.
    public var pace: ReplayPace?
    /// Whether the answer to a similar question is welcome; nil to leave it to the configuration.
    public var usesSimilar: Bool?
    /// How similar that question must be; never less than the configuration says.
    public var similarity: Double?
    /// A partition of the caller's own, inside the configured one.
    public var namespace: String?
    /// Labels that are kept with the answer, beside those of the call.
    public var tags: [String: String] = [:]
    /// How long the answer is to be fresh; never longer than the configuration says.
    public var timeToLive: Duration?
    /// What `Cache-Control` says.
    public var directives = CacheDirectives()

    public init() {}

    public static var defaultValue: CacheWishes { CacheWishes() }

    /// These wishes with stronger ones over them. Of directives the stricter count, whoever said them.
    public func overlaid(by stronger: CacheWishes) -> CacheWishes {
        var result = self
        result.mode = stronger.mode ?? mode
        result.match = stronger.match ?? match
        result.pace = stronger.pace ?? pace
        result.usesSimilar = stronger.usesSimilar ?? usesSimilar
        result.similarity = stronger.similarity ?? similarity
        result.namespace = stronger.namespace ?? namespace
        result.tags.merge(stronger.tags) { $1 }
        result.timeToLive = stronger.timeToLive ?? timeToLive
        result.directives = directives.narrowed(by: stronger.directives)
        return result
    }
}
