/// How many requests may pass, and how long one waits for its turn.
public struct RateLimitPolicy: Sendable, Hashable {
    /// What has a bucket of its own.
    public enum Scope: Sendable, Hashable {
        /// Every account.
        case account
        /// All accounts together: the limit that the provider's key has.
        case everyone
    }

    public var requests: Int
    public var interval: Duration
    /// How many may pass at once after a pause.
    public var burst: Int
    public var scope: Scope
    /// Who would wait for longer is refused at once: ten seconds by default.
    public var maximumWait: Duration

    public init(
        requests: Int, per interval: Duration, burst: Int, scope: Scope = .account,
        maximumWait: Duration = .seconds(10)
    ) {
        self.requests = requests
        self.interval = interval
        self.burst = burst
        self.scope = scope
        self.maximumWait = maximumWait
    }
}
