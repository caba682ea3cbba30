/// Why there is no answer: created where the problem is, and never wrapped again.
///
/// A status code of an upstream is not a failure, and `CancellationError` is never turned into one.
public struct Failure: Error, Sendable, CustomStringConvertible {
    /// What kind of problem it is; compare against the constants. New codes may be added in any release.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// Stable, snake-case text, for logs, metrics and the `code` of an error answer.
        public let description: String

        private init(_ text: String) { description = text }

        /// The request itself can't be sent: malformed, or a setting that makes no sense.
        public static let invalidRequest = Code("invalid_request")
        /// A body was larger than the limit that the reader gave.
        public static let bodyTooLarge = Code("body_too_large")
        /// A body that can be read once was read twice.
        public static let bodyAlreadyRead = Code("body_already_read")
        /// No connection could be made.
        public static let connectionFailed = Code("connection_failed")
        /// The connection broke before the answer was complete.
        public static let connectionLost = Code("connection_lost")
        /// The answer breaks the protocol that it claims to speak.
        public static let invalidAnswer = Code("invalid_answer")
        /// The call's deadline has passed.
        public static let deadlineExceeded = Code("deadline_exceeded")
        /// Nothing arrived for longer than the allowed silence.
        public static let idleTimeout = Code("idle_timeout")
        /// A local rate limit would make the call wait for longer than it may.
        public static let rateLimited = Code("rate_limited")
        /// A budget would be exceeded.
        public static let overBudget = Code("over_budget")
        /// The model has no known price, and the policy refuses to spend an unknown amount.
        public static let unpriced = Code("unpriced")
        /// The ledger can't be written, so nothing may be spent.
        public static let ledgerUnavailable = Code("ledger_unavailable")
        /// A file or database can't be used.
        public static let storage = Code("storage")
        /// The process is shutting down and starts nothing new.
        public static let shuttingDown = Code("shutting_down")
    }

    public let code: Code
    /// What happened, to what, and what to do about it. Never holds a secret or a prompt.
    public let message: String
    /// True if it is proven that no byte of the request left this process: nothing can have been charged.
    public let wasNeverSent: Bool
    /// When trying again makes sense; nil if unknown.
    public let retryAfter: Duration?

    /// The part of the request that is to blame, a header field or a member of the body; nil if none is, or
    /// if it is not one alone.
    public let param: String?

    public init(
        _ code: Code, _ message: String, wasNeverSent: Bool = false, retryAfter: Duration? = nil,
        param: String? = nil
    ) {
        self.param = param
        self.code = code
        self.message = message
        self.wasNeverSent = wasNeverSent
        self.retryAfter = retryAfter
    }

    public var description: String { "\(code): \(message)" }
}
