/// How long answers live: fresh, then stale but of use, then gone.
public struct FreshnessPolicy: Sendable, Hashable {
    /// How long an answer is fresh; 24 hours by default. A shorter time set later holds for old entries too.
    public var timeToLive: Duration = .seconds(86_400)
    /// How long after that it is still served at once, while a new one is fetched behind it (RFC 5861
    /// section 3); none by default.
    public var staleWhileRevalidate: Duration = .zero
    /// How long after that it is served if the provider fails (RFC 5861 section 4); none by default.
    public var staleIfError: Duration = .zero
    /// How long a refusal that the same request would meet again (a deterministic 4xx) is repeated; nil for
    /// not at all.
    public var negativeTimeToLive: Duration?
    /// The largest part of the time to live by which an entry's own is shortened, in thousandths, so that
    /// entries of one moment don't expire in one moment; 0 for none.
    public var jitterPerMille = 0
    /// How eagerly an entry that is asked for often is fetched anew before it expires, in thousandths of the
    /// usual (XFetch's β = 1); 0 for not at all.
    public var earlyRefreshPerMille = 0

    public init() {}
}
