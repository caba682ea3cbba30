internal import HTTPTypes

/// The header fields by which a caller says what the cache shall do with its request.
///
/// Each has a name of its own, and the replay fields are understood under Lumenfall's names as well.
public enum ReplayField: String, Sendable, Hashable, CaseIterable {
    /// The mode: ``ReplayMode``.
    case mode = "x-pennyweight-replay"
    /// How a stored answer is looked for: `standard`, `semantic`, `strict`, `specific` or `pinned`.
    case match = "x-pennyweight-replay-match"
    /// The members that count for `specific`: `model,messages`.
    case members = "x-pennyweight-replay-fields"
    /// The stored answer for `pinned`: `rec_` and its id.
    case recording = "x-pennyweight-replay-recording"
    /// At which pace a stored answer is streamed: ``ReplayPace``.
    case pace = "x-pennyweight-replay-pace"
    /// A partition of the caller's own.
    case namespace = "x-pennyweight-cache-namespace"
    /// Labels that are kept with the answer: `suite=login,run=7`.
    case tags = "x-pennyweight-cache-tags"
    /// How similar a question must be for its answer to stand for this one's, at least as configured.
    case similarity = "x-pennyweight-cache-similarity"
    /// How many seconds the answer is fresh, at most as long as configured.
    case timeToLive = "x-pennyweight-cache-ttl"

    /// The name under which Lumenfall's callers send the same; nil if they can't.
    var alias: String? {
        switch self {
        case .mode, .match, .members, .recording:
            rawValue.replacingPrefix("x-pennyweight-", with: "x-lumenfall-")
        case .pace, .namespace, .tags, .similarity, .timeToLive: nil
        }
    }

    /// What the names of all such fields begin with: what begins so never goes to a provider.
    public static let prefixes = ["x-pennyweight-replay", "x-pennyweight-cache-", "x-lumenfall-replay"]

    /// True if a field is one of these, or is misspelt.
    static func isOne(_ name: HTTPField.Name) -> Bool {
        prefixes.contains { name.canonicalName.hasPrefix($0) }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
