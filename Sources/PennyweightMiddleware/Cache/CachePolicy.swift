public import HTTPTypes
public import PennyweightTime

/// What the stage ``Cache`` decides by: how long answers live, how large they may be, and what parts them.
public struct CachePolicy: Sendable, Hashable {
    /// How long an answer is fresh; 24 hours by default. A shorter time set later holds for old entries too.
    public var timeToLive: Duration = .seconds(86_400)
    /// A partition inside every account; answers of two namespaces never meet.
    public var namespace = ""
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

    public init() {}

    /// What an entry is worth to one request.
    public enum Freshness: Sendable, Hashable {
        /// It may be served, and stays fresh for this long.
        case fresh(age: Duration, remaining: Duration)
        /// Its time is over.
        case stale(age: Duration)
        /// It is fresh, but older than this caller accepts.
        case tooOld(age: Duration)
        /// It was stored in the future: the clock was set back, and its true age is unknown.
        case undated
    }

    /// Judges an entry at a wall time.
    ///
    /// An entry from the future counts as stale. Otherwise a clock that was set back by a year would keep an
    /// answer alive for a year.
    public func freshness(of entry: CacheEntry, at now: Timestamp, asking: CacheDirectives) -> Freshness {
        let age = now - entry.storedAt
        if age < .zero - clockTolerance { return .undated }
        let shown = max(age, .zero)
        let remaining = min(entry.expiresAt, entry.storedAt + timeToLive) - now
        guard remaining > .zero else { return .stale(age: shown) }
        if let limit = asking.maximumAge, limit == .zero || shown > limit {
            return .tooOld(age: shown)
        }
        return .fresh(age: shown, remaining: remaining)
    }

    /// When an answer that is stored now becomes stale.
    public func expiry(of storedAt: Timestamp) -> Timestamp {
        storedAt + timeToLive
    }

    /// Fields by which callers of the known providers choose another behaviour for the same body.
    public static let answerChangingHeaders: [HTTPField.Name] = [
        "openai-beta", "openai-organization", "openai-project", "anthropic-beta", "anthropic-version",
    ].compactMap { HTTPField.Name($0) }
}
