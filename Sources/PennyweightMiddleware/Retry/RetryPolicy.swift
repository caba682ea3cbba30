public import HTTPTypes
internal import PennyweightPipeline
public import PennyweightTime

/// Which attempts are followed by another one, and after which wait. Pure: it knows no clock.
public struct RetryPolicy: Sendable, Hashable {
    /// The first attempt included: three by default, one for no retry.
    public var maximumAttempts: Int
    /// Statuses that another attempt may turn into an answer, unless `x-should-retry` says otherwise.
    ///
    /// By default those that OpenAI's clients retry, without 501 (it will not be implemented a second later).
    public var statuses: Set<Int>
    public var backoff: Backoff
    /// The longest wait that is worth it: two minutes by default, as in OpenAI's clients. If the provider
    /// asks for a longer one, its answer goes to the caller as it is.
    public var maximumWait: Duration

    public init(
        maximumAttempts: Int = 3, statuses: Set<Int> = [408, 409, 429, 500, 502, 503, 504, 529],
        backoff: Backoff = Backoff(), maximumWait: Duration = .seconds(120)
    ) {
        self.maximumAttempts = maximumAttempts
        self.statuses = statuses
        self.backoff = backoff
        self.maximumWait = maximumWait
    }

    /// How an attempt ended.
    public enum Ending: Sendable {
        case answered(HTTPResponse)
        case failed(any Error)
    }

    /// What follows an attempt.
    public enum Decision: Sendable, Hashable {
        /// The ending stands: the caller gets it.
        case stand
        /// Another attempt, after this wait.
        case retry(after: Duration)
    }

    /// The moment at which a decision is made.
    public struct Moment: Sendable {
        /// How many attempts have been made.
        public var attempts: Int
        public var now: Timestamp
        /// Until the caller's deadline; nil if there is none.
        public var remaining: Duration?
        /// 64 random bits for the jitter.
        public var random: UInt64

        public init(attempts: Int, now: Timestamp, remaining: Duration?, random: UInt64) {
            self.attempts = attempts
            self.now = now
            self.remaining = remaining
            self.random = random
        }
    }

    /// Decides what follows an attempt.
    public func decide(after ending: Ending, at moment: Moment) -> Decision {
        guard moment.attempts < maximumAttempts else { return .stand }
        var asked: Duration?
        switch ending {
        case .answered(let head):
            let advice = RetryAdvice(head.headerFields, now: moment.now)
            let isWorthIt = advice.shouldRetry ?? statuses.contains(head.status.code)
            guard isWorthIt, head.status.code >= 400 else { return .stand }
            asked = advice.wait
        case .failed(let error):
            guard let failure = error as? Failure, RetryPolicy.transient.contains(failure.code) else {
                return .stand
            }
            asked = failure.retryAfter
        }
        let wait = asked ?? backoff.wait(afterAttempt: moment.attempts, random: moment.random)
        guard wait <= maximumWait else { return .stand }
        if let remaining = moment.remaining, wait >= remaining { return .stand }
        return .retry(after: wait)
    }

    /// What a transport throws when the network is to blame. What a stage refuses by itself (a budget, a rate
    /// limit, the ledger) it would refuse again.
    private static let transient: Set<Failure.Code> = [.connectionFailed, .connectionLost, .idleTimeout]
}
