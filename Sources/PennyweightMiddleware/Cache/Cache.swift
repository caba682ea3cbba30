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
/// The cache fails open: whatever the store throws makes the call a miss. The fact ``CacheFact`` says what
/// happened. Callers steer it with `Cache-Control` (``CacheDirectives``). The provider's own `Cache-Control`
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

    /// Makes the stage.
    ///
    /// `provider` and `base` say whose answers these are; both are in the key. Without a ledger hits leave no
    /// line. `background` runs what outlives a call: drain it before closing store and ledger.
    public init(
        store: any CacheStore, format: any AnswerFormat, policy: CachePolicy = CachePolicy(),
        provider: String,
        base: String, ledger: (any Ledger)?, time: any TimeSource, background: BackgroundTasks
    ) {
        self.store = store
        self.format = format
        self.policy = policy
        self.provider = provider
        self.base = base
        self.ledger = ledger
        self.time = time
        self.background = background
    }

    public var place: Place { .cache }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let context = context.begun(at: time.instant())
        let directives = CacheDirectives(request.head.headerFields[.cacheControl])
        switch inquiry(of: request, context: context, directives: directives) {
        case .failure(let reason):
            if directives.onlyIfCached { return unavailable(CacheOutcome(.bypass(reason.value))) }
            var response = try await next(request, context)
            response.facts[CacheFact.self] = CacheOutcome(.bypass(reason.value))
            return response
        case .success(let inquiry):
            switch await find(inquiry, directives: directives) {
            case .hit(let response, let entry):
                note(entry, served: inquiry, context: context)
                return response
            case .miss(let reason):
                let outcome = CacheOutcome(.miss(reason), key: inquiry.key)
                if directives.onlyIfCached { return unavailable(outcome) }
                return following(try await next(request, context), to: inquiry, outcome: outcome)
            }
        }
    }

    /// 504 without a body, for `only-if-cached` (RFC 9111 section 5.2.1.7).
    private func unavailable(_ outcome: CacheOutcome) -> Response {
        var outcome = outcome
        outcome.wasForwarded = false
        var response = Response(.gatewayTimeout)
        response.facts.attempts = 0
        response.facts[CacheFact.self] = outcome
        return response
    }
}
