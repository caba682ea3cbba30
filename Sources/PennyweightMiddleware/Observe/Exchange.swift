private import HTTPTypes
public import PennyweightPipeline
public import PennyweightTime

/// One exchange from the request to the end of the answer's body, as it is logged, counted and traced.
///
/// It holds what describes the exchange, and nothing of what was said: no body, no header, no query.
public struct Exchange: Sendable {
    /// How it ended.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// The whole answer was read.
        case complete
        /// The caller left before the answer's end.
        case abandoned
        /// The caller left before there was an answer.
        case cancelled
        /// There was no answer, or it broke off.
        case failed
    }

    public var id: SortableID
    public var method: String
    /// The path without its query, at most 256 characters.
    public var path: String
    /// The path's label in metrics.
    public var route: String
    /// The model that was asked for, if the caller of the pipeline said so in ``RequestedModel``.
    public var requestedModel: String?
    public var startedAt: MonotonicInstant
    public var ending: Ending = .complete
    /// The HTTP status; nil if no answer came.
    public var status: Int?
    /// Why there was no answer, or why it broke off: `Failure/Code`, or the name of the error's type.
    public var problem: String?
    public var cache: CacheOutcome?
    public var attempts: Int?
    public var waited: Duration = .zero
    /// What the call cost; nil without a receipt, or if that is settled later than the answer ends.
    public var statement: Receipt.Statement?
    /// True if there is a receipt that was not filled in yet: a caller left, and the rest is read to learn
    /// the cost.
    public var isUnsettled = false
    /// From the start to the first byte of the body; nil if none came.
    public var timeToFirstByte: Duration?
    public var duration: Duration = .zero
    /// Bytes of the body that were read.
    public var bytes = 0

    init(of request: Request, context: Context, route: (String) -> String, at start: MonotonicInstant) {
        let path = request.path
        id = context.id
        method = request.head.method.rawValue
        self.path = String(path.prefix(256))
        self.route = route(path)
        requestedModel = context[RequestedModel.self]
        startedAt = start
    }

    /// Notes what the response says before its body.
    mutating func note(_ response: Response) {
        status = response.status.code
        cache = response.facts[CacheFact.self]
        attempts = response.facts.attempts
        waited = response.facts.waited
    }

    /// Notes why there was no answer, or why it broke off.
    mutating func note(_ error: any Error) {
        switch error {
        case is CancellationError:
            ending = .cancelled
            problem = "cancelled"
        case let failure as Failure:
            ending = .failed
            problem = failure.code.description
        default:
            ending = .failed
            problem = "\(type(of: error))"
        }
    }

    /// `200`, or `none` if no answer came: the label in metrics.
    var statusLabel: String { status.map { "\($0)" } ?? "none" }

    /// `hit`, `semantic`, `coalesced`, `miss`, `bypass`, `mock`, or `none` without a cache.
    var cacheLabel: String { cache?.label ?? "none" }
}

/// The model that a request asks for, set by whoever has read the body already; nil if nobody did.
public enum RequestedModel: ContextKey {
    public static var defaultValue: String? { nil }
}
