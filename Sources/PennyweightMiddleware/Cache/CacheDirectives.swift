/// What a caller asks of the cache for one request: the directives of `Cache-Control` (RFC 9111 section
/// 5.2.1, RFC 5861 section 4).
///
/// Names are read in any case, unknown directives are skipped, and of two values the stricter counts. A value
/// that can't be read counts as the strictest: when in doubt nothing stored is served.
public struct CacheDirectives: Sendable, Hashable {
    /// Neither answer from the cache nor keep the answer.
    public var noStore = false
    /// Don't answer from the cache; keep the new answer.
    public var noCache = false
    /// Answer from the cache or with 504.
    public var onlyIfCached = false
    /// Don't answer with an entry that is older (`max-age`); nil for any age.
    public var maximumAge: Duration?
    /// Take an entry that expired no longer ago (`max-stale`, without a value any); nil for a fresh one.
    public var maximumStaleness: Duration?
    /// Take only an entry that stays fresh for this long (`min-fresh`).
    public var minimumFreshness: Duration?
    /// Take an entry that expired no longer ago if the provider fails (`stale-if-error`); nil for as
    /// configured.
    public var staleIfError: Duration?

    public init() {}

    /// Reads the value of the header field; nil for a request without one.
    public init(_ value: String?) {
        guard let value else { return }
        for directive in CacheDirectives.split(value) {
            let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            let argument = parts.count > 1 ? CacheDirectives.trimmed(parts[1]) : nil
            read(CacheDirectives.trimmed(name).lowercased(), argument)
        }
    }

    /// What both ask for: of each directive the stricter.
    public func narrowed(by other: CacheDirectives) -> CacheDirectives {
        var result = self
        result.noStore = noStore || other.noStore
        result.noCache = noCache || other.noCache
        result.onlyIfCached = onlyIfCached || other.onlyIfCached
        result.maximumAge = CacheDirectives.pick(maximumAge, other.maximumAge, by: min)
        result.maximumStaleness = CacheDirectives.pick(maximumStaleness, other.maximumStaleness, by: min)
        result.minimumFreshness = CacheDirectives.pick(minimumFreshness, other.minimumFreshness, by: max)
        result.staleIfError = CacheDirectives.pick(staleIfError, other.staleIfError, by: min)
        return result
    }

    /// The longest time that can be said (RFC 9111 section 1.2.2).
    private static let longest = Duration.seconds(Int64(Int32.max))

    private mutating func read(_ name: String, _ argument: Substring?) {
        var asked = CacheDirectives()
        switch name {
        case "no-store": asked.noStore = true
        case "no-cache": asked.noCache = true
        case "only-if-cached": asked.onlyIfCached = true
        case "max-age": asked.maximumAge = CacheDirectives.seconds(argument) ?? .zero
        case "min-fresh":
            asked.minimumFreshness = CacheDirectives.seconds(argument) ?? CacheDirectives.longest
        case "stale-if-error": asked.staleIfError = CacheDirectives.seconds(argument) ?? .zero
        case "max-stale":
            // Without a value any staleness will do (RFC 9111 section 5.2.1.2).
            asked.maximumStaleness =
                argument == nil ? CacheDirectives.longest : CacheDirectives.seconds(argument) ?? .zero
        default: return
        }
        self = narrowed(by: asked)
    }

    private static func pick(
        _ one: Duration?, _ other: Duration?, by choose: (Duration, Duration) -> Duration
    ) -> Duration? {
        guard let one, let other else { return one ?? other }
        return choose(one, other)
    }

    /// Cuts at commas that don't stand in a quoted string.
    private static func split(_ value: String) -> [Substring] {
        var isQuoted = false
        var isEscaped = false
        return value.split { character in
            defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            return character == "," && !isQuoted
        }
    }

    /// Seconds, also in quotes (RFC 9111 section 5.2); nil for what can't be read. What is beyond the range
    /// is the longest time (section 1.2.2).
    private static func seconds(_ argument: Substring?) -> Duration? {
        guard var text = argument else { return nil }
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(.seconds(Int64(text) ?? Int64(Int32.max)), longest)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
