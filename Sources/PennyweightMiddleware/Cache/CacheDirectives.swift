/// What a caller asks of the cache for one request: the directives of `Cache-Control` (RFC 9111 section
/// 5.2.1).
///
/// Names are read in any case, unknown directives are skipped, and of two values the stricter counts.
public struct CacheDirectives: Sendable, Hashable {
    /// Neither answer from the cache nor keep the answer.
    public var noStore = false
    /// Don't answer from the cache; keep the new answer.
    public var noCache = false
    /// Answer from the cache or with 504.
    public var onlyIfCached = false
    /// Don't answer with an entry that is older; nil for any age.
    public var maximumAge: Duration?

    public init() {}

    /// Reads the value of the header field; nil for a request without one.
    public init(_ value: String?) {
        guard let value else { return }
        for directive in CacheDirectives.split(value) {
            let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let argument = parts.count > 1 ? CacheDirectives.trimmed(parts[1]) : nil
            switch parts.first.map({ CacheDirectives.trimmed($0).lowercased() }) {
            case "no-store": noStore = true
            case "no-cache": noCache = true
            case "only-if-cached": onlyIfCached = true
            case "max-age":
                let age = CacheDirectives.age(argument)
                maximumAge = min(maximumAge ?? age, age)
            default: continue
            }
        }
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

    /// Seconds, also in quotes (RFC 9111 section 5.2). What can't be read is 0: when in doubt nothing stored
    /// is served. What is beyond the range is the longest age (section 1.2.2).
    private static func age(_ argument: Substring?) -> Duration {
        guard var text = argument else { return .zero }
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .zero }
        return .seconds(min(Int64(text) ?? .max, Int64(Int32.max)))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
