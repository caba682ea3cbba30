public import PennyweightTime

/// What a stored answer is worth to one request at one moment.
public enum FreshnessVerdict: Sendable, Hashable {
    /// It may be served. `refreshes` is true if a new one is to be fetched behind it, because it is asked for
    /// often and will be stale soon.
    case fresh(age: Duration, remaining: Duration, refreshes: Bool)
    /// Its time is over: `remaining` is zero or negative.
    case stale(age: Duration, remaining: Duration, use: StaleUse)
    /// It is fresh, but older than this caller accepts, or not fresh for long enough.
    case tooOld(age: Duration, remaining: Duration, use: StaleUse)
    /// It was stored in the future: the clock was set back, and its true age is unknown.
    case undated

    /// What a stale answer may be used for.
    public enum StaleUse: Sendable, Hashable {
        /// Served at once, while a new one is fetched behind it (RFC 5861 section 3).
        case whileRevalidating
        /// Served at once, because the caller takes stale ones (`max-stale`).
        case accepted
        /// Served if the provider fails (RFC 5861 section 4).
        case onError
        case none
    }
}

extension FreshnessPolicy {
    /// The moment and the question that a stored answer is judged for.
    public struct Moment: Sendable, Hashable {
        public var now: Timestamp
        /// 64 bits that decide whether an answer is refreshed early.
        public var random: UInt64
        /// How far in the future an answer may have been stored.
        public var clockTolerance: Duration

        public init(now: Timestamp, random: UInt64, clockTolerance: Duration) {
            self.now = now
            self.random = random
            self.clockTolerance = clockTolerance
        }
    }

    /// How long an answer that is stored under a key is fresh: the time to live, shortened by the jitter. The
    /// same for every process and every look.
    public func lifetime(of key: CacheKey) -> Duration {
        let jitter = min(max(jitterPerMille, 0), 1_000)
        let widest = Int64(clamping: Int128(timeToLive.nanoseconds) * Int128(jitter) / 1_000)
        guard widest > 0 else { return timeToLive }
        let bits = key.digest.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return timeToLive - .nanoseconds(Int64(bits.multipliedFullWidth(by: UInt64(widest)).high))
    }

    /// Until when an answer that is stored at a time is of any use, if it becomes stale at another.
    public func usableUntil(_ expiry: Timestamp) -> Timestamp {
        expiry + max(staleWhileRevalidate, staleIfError, .zero)
    }

    /// Judges the entry under a key.
    ///
    /// Of the entry's own expiry and the policy's the earlier counts. An entry from the future counts as
    /// stale; otherwise a clock that was set back by a year would keep an answer alive for a year. A refusal
    /// is served only while it is fresh.
    public func verdict(
        on entry: CacheEntry, under key: CacheKey, took: Duration?, asking: CacheDirectives, at moment: Moment
    ) -> FreshnessVerdict {
        let age = moment.now - entry.storedAt
        if age < .zero - moment.clockTolerance { return .undated }
        let shown = max(age, .zero)
        let isRefusal = entry.status >= 400
        let lifetime = isRefusal ? negativeTimeToLive ?? .zero : lifetime(of: key)
        let remaining = min(entry.expiresAt, entry.storedAt + lifetime) - moment.now
        let isTooOld = asking.maximumAge.map { $0 == .zero || shown > $0 } ?? false
        let staysTooBriefly = asking.minimumFreshness.map { remaining < $0 } ?? false
        if isTooOld || (staysTooBriefly && remaining > .zero) {
            // RFC 5861 section 4: the caller's own word counts "regardless of other freshness information".
            let isUsable = !isRefusal && asking.staleIfError.map { .zero - remaining <= $0 } ?? false
            return .tooOld(age: shown, remaining: remaining, use: isUsable ? .onError : .none)
        }
        guard remaining <= .zero else {
            let refreshes = !isRefusal && isDueEarly(remaining, took: took, random: moment.random)
            return .fresh(age: shown, remaining: remaining, refreshes: refreshes)
        }
        let use = isRefusal ? .none : use(staleFor: .zero - remaining, asking)
        return .stale(age: shown, remaining: remaining, use: use)
    }

    private func use(staleFor staleness: Duration, _ asking: CacheDirectives) -> FreshnessVerdict.StaleUse {
        // Who asks for an answer that stays fresh takes no stale one.
        if asking.minimumFreshness == nil {
            if staleness < staleWhileRevalidate { return .whileRevalidating }
            if let limit = asking.maximumStaleness, staleness <= limit { return .accepted }
        }
        let limit = asking.staleIfError ?? staleIfError
        return limit > .zero && staleness <= limit ? .onError : .none
    }

    /// XFetch (Vattani, Chierichetti, Lowenstein: "Optimal Probabilistic Cache Stampede Prevention", VLDB
    /// 2015): the closer the end and the longer the answer takes, the likelier.
    private func isDueEarly(_ remaining: Duration, took: Duration?, random: UInt64) -> Bool {
        guard earlyRefreshPerMille > 0, let took, took > .zero else { return false }
        let early = EarlyRefresh.lead(
            took: took.nanoseconds, perMille: earlyRefreshPerMille, random: random)
        return early >= remaining.nanoseconds
    }
}
