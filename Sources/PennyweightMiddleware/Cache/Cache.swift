private import HTTPTypes
private import Logging
public import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Answers without paying: a request whose answer is stored and fresh goes no further.
///
/// ```swift
/// let cache = Cache(
///     store: TieredCache(front: MemoryCache(limitBytes: 64 << 20), back: disk), format: format,
///     provider: "openai", base: "https://api.openai.com/v1", ledger: ledger, time: SystemTime(),
///     background: background)
/// ```
///
/// A hit costs nothing, counts 0 attempts, carries a filled ``Receipt``, and leaves a `Saving` in the
/// ledger. A miss is followed as it passes; it is stored if its status is 200, it is proven complete
/// (``Folding/finish()``), and it is within the policy's bounds. The stored answer is visible before the
/// reader sees the end of the body.
///
/// Identical calls that are in flight at the same time share one upstream call (``FlightPolicy``): it runs in
/// a task of its own, and is cancelled when nobody waits for its answer any more. A caller that shares costs
/// nothing, counts 0 attempts, and leaves a `Saving` as well. Stale answers are served as the plan's
/// ``FreshnessPolicy`` says.
///
/// The cache fails open: whatever the store throws makes the call a miss. The fact ``CacheFact`` says what
/// happened. The policy, and callers by `Cache-Control` and ``CacheWishes``, steer it (``CachePlan``). The
/// provider's own `Cache-Control`
/// is not asked: providers send `no-cache` with every stream, meaning proxies that don't know the wire
/// format.
public struct Cache: Middleware {
    let store: any CacheStore
    let format: any AnswerFormat
    let policy: CachePolicy
    let provider: String
    let base: String
    let ledger: (any Ledger)?
    let time: any TimeSource
    let background: BackgroundTasks
    let flights: Flights
    let leases: (any FlightLeases)?
    let alarms: Alarms
    let media: MediaTier?
    /// What bodies were found to ask, so that a repeat is not parsed again.
    let memo = BodyMemo<Recognised>()

    /// Makes the stage.
    ///
    /// `provider` and `base` say whose answers these are; both are in the key. Without a ledger hits leave no
    /// line. `background` runs what outlives a call: drain it before closing store and ledger. With `leases`,
    /// processes that share the store share upstream calls. Without `media`, and where the policy
    /// seals answers, those with images are not stored.
    public init(
        store: any CacheStore, format: any AnswerFormat, policy: CachePolicy = CachePolicy(),
        provider: String,
        base: String, ledger: (any Ledger)?, time: any TimeSource, background: BackgroundTasks,
        leases: (any FlightLeases)? = nil, media: MediaTier? = nil
    ) {
        self.store = store
        self.format = format
        self.policy = policy
        self.provider = provider
        self.base = base
        self.ledger = ledger
        self.time = time
        self.background = background
        self.leases = leases
        // Images lie in files of their own, which are not sealed.
        self.media = policy.encryption.isOn ? nil : media
        flights = Flights(policy.flights)
        alarms = Alarms(time: time)
    }

    public var place: Place { .cache }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let context = context.begun(at: time.instant())
        switch try reading(of: request, context: context) {
        case .mock(let request): return mock(request)
        case .bypass(let reason, let request, let plan):
            let outcome = CacheOutcome(.bypass(reason))
            guard plan.goesUpstream else { return unanswered(request, under: plan, outcome) }
            return outcome.noted(on: try await next(request, context))
        case .inquiry(let inquiry):
            return try await answer(Call(inquiry: inquiry, context: context, next: next))
        }
    }
}
