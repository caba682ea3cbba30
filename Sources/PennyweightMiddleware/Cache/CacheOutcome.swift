public import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// What the cache did with one request.
public struct CacheOutcome: Sendable {
    /// Whether a stored answer was served, and if not, why.
    public enum Status: Sendable, Hashable {
        /// A stored answer was served.
        case hit
        /// There was none to serve.
        case miss(Miss)
        /// The cache was not asked.
        case bypass(Bypass)
        /// An answer was made up, as the caller or the policy wanted.
        case mock

        /// `hit`, `miss`, `bypass` or `mock`; see ``CacheOutcome/label`` for calls that share an answer.
        public var label: String {
            switch self {
            case .hit: "hit"
            case .miss: "miss"
            case .bypass: "bypass"
            case .mock: "mock"
            }
        }
    }

    /// Why no stored answer was served.
    public enum Miss: String, Sendable, Hashable, CaseIterable {
        /// Nothing is stored under the key.
        case absent
        /// What is stored has expired, or can't be dated.
        case stale
        /// The caller asked for a new answer (`no-cache`), or for a younger or fresher one (`max-age`,
        /// `min-fresh`).
        case request
        /// The policy, or the caller, wants a new answer each time (``ReplayMode/record``).
        case record
        /// What is stored answers another question.
        case mismatch
        /// What is stored can't be turned into the form that was asked for.
        case unusable
        /// The store can't be read.
        case storeFailed = "store-failed"
    }

    /// Why the cache was not asked.
    public enum Bypass: Sendable, Hashable {
        /// The answer depends on more than the request, or the route is not known.
        case notStorable
        /// The request's body is not in memory.
        case streamedRequest
        /// The caller asked for it.
        case noStore
        /// The policy, or the caller, turned the cache off for this call.
        case off
        /// The method changes something, so that no answer to it may be reused.
        case method
        /// The policy takes deterministic questions only (``CacheAdmission``).
        case notDeterministic
        /// The body has no canonical form.
        case refused(CanonicalForm.Refusal)

        /// A short name, for logs and the header.
        public var label: String {
            switch self {
            case .notStorable: "not-storable"
            case .streamedRequest: "streamed-request"
            case .noStore: "no-store"
            case .off: "off"
            case .method: "method"
            case .notDeterministic: "not-deterministic"
            case .refused(let refusal): refusal.rawValue
            }
        }
    }

    public var status: Status
    /// The key that was looked up; nil for a bypass.
    public var key: CacheKey?
    /// The name of the stored answer that was served, or of the one that is being stored; nil for none.
    public var recording: SortableID?
    /// Time since the answer was stored; nil if no stored answer was served.
    public var age: Duration?
    /// How long the stored answer stays fresh, negative if it is stale; nil if none was served.
    public var remaining: Duration?
    /// False if the request was answered without an upstream.
    public var wasForwarded: Bool
    /// The upstream's status, if the answer is another than it gave: a stored one in place of an error.
    public var forwardedStatus: Int?
    /// True if the answer is that of an identical call in flight.
    public var isCollapsed = false
    /// Why nothing was served; nil if something was.
    public var refusal: CacheRefusal?
    /// More to say, as a token: for `detail` of `Cache-Status`.
    public var detail: String?
    /// The similar question whose answer was served; nil if it is the answer to this very one, or none was.
    public var semantic: SemanticMatch?
    /// Follows the storing of an answer to a miss; nil if this answer is not to be stored.
    public var storing: Storing?

    /// `hit`, `semantic` for the answer to a similar question, `coalesced` for that of an identical call in
    /// flight, `miss`, `bypass` or `mock`: for logs, metrics and programs.
    public var label: String {
        if isCollapsed { return "coalesced" }
        return semantic == nil ? status.label : "semantic"
    }

    public init(
        _ status: Status, key: CacheKey? = nil, age: Duration? = nil, remaining: Duration? = nil,
        wasForwarded: Bool = true, storing: Storing? = nil
    ) {
        self.status = status
        self.key = key
        self.age = age
        self.remaining = remaining
        self.wasForwarded = wasForwarded
        self.storing = storing
    }
}

/// What the stage ``Cache`` did; nil if there is none in the pipeline.
public enum CacheFact: FactKey {
    public static var defaultValue: CacheOutcome? { nil }
}

/// Tells whether an answer was stored, as soon as that is known: before the reader sees the end of the body.
public final class Storing: Sendable {
    /// Whether an answer was stored, and if not, why.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        case stored
        /// The answer broke off, was given up, or is not proven complete.
        case incomplete
        /// The answer is larger than the policy allows.
        case tooLarge = "too-large"
        /// The store threw, or too much is waiting for it.
        case failed
    }

    private let state = Mutex<Result?>(nil)
    private let latch = Latch()

    public init() {}

    /// What came of it; nil as long as that is open.
    public var result: Result? { state.withLock { $0 } }

    /// Notes the result; the first one stands.
    func report(_ result: Result) {
        state.withLock { if $0 == nil { $0 = result } }
        latch.open()
    }

    /// Waits until the result is known. Called by one task.
    func untilKnown() async { await latch.wait() }
}
