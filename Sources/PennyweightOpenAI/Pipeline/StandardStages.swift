public import Logging
public import Metrics
public import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightPipeline
public import PennyweightTime
public import Tracing

/// The stages in their right order, for one provider that speaks OpenAI's wire format.
///
/// The gateway and `Pennyweight.open` are both made of this; an app that wants other stages lists its own.
/// What is nil or off is left out of the pipeline.
public struct StandardStages: Sendable {
    /// Where holds and lines are kept.
    public var ledger: any Ledger
    /// Where answers are kept; nil for no cache.
    public var cache: (any CacheStore)?
    public var prices: PriceBook
    public var provider: Provider
    public var policies = Policies()
    public var time: any TimeSource
    public var random: any RandomSource
    /// Where measurements go.
    public var metrics: any MetricsFactory
    public var tracer: any Tracer
    /// What outlives a call: settlements that are being written, and abandoned answers that are read on.
    public let settlements: Settlements
    public let background: BackgroundTasks

    /// Collects what the stages are made of. At most `backgroundLimit` abandoned answers are read on at once.
    public init(
        provider: Provider, ledger: any Ledger, cache: (any CacheStore)?, prices: PriceBook,
        time: any TimeSource, random: any RandomSource, metrics: any MetricsFactory, tracer: any Tracer,
        logger: Logger, backgroundLimit: Int = 1_024
    ) {
        self.provider = provider
        self.ledger = ledger
        self.cache = cache
        self.prices = prices
        self.time = time
        self.random = random
        self.metrics = metrics
        self.tracer = tracer
        settlements = Settlements(time: time, logger: logger)
        background = BackgroundTasks(limit: backgroundLimit)
    }

    /// The provider that calls go to.
    public struct Provider: Sendable {
        /// Its name in the ledger, in prices and in the cache key: `openai`.
        public var name: String
        public var baseURL: BaseURL
        /// Nil for a server that wants no credential.
        public var key: Secret?
        /// How it counts tokens: by its name, unless set.
        public var usageConvention: UsageConvention

        public init(name: String, baseURL: BaseURL, key: Secret?, usageConvention: UsageConvention? = nil) {
            self.name = name
            self.baseURL = baseURL
            self.key = key
            self.usageConvention = usageConvention ?? UsageConvention(provider: name)
        }
    }

    /// What each stage decides by.
    public struct Policies: Sendable {
        public var observe = ObservePolicy()
        /// The longest that one call may take, its body included; nil for no bound.
        public var callLimit: Duration? = .seconds(600)
        /// How far an abandoned answer is read on; nil to abort it and settle an estimate.
        public var drain: DrainPolicy?
        public var cache = CachePolicy()
        public var retry = RetryPolicy()
        /// Nil for no limit.
        public var rateLimit: RateLimitPolicy?
        public var metering = MeteringPolicy()
        public var idleTimeout = IdleTimeoutPolicy()

        public init() {}
    }

    /// Puts the stages in front of a transport.
    public func pipeline(to transport: any Transport) -> Pipeline {
        Pipeline(to: transport) {
            Observe(policies.observe, time: time, metrics: metrics, tracer: tracer)
            Deadline(limit: policies.callLimit, time: time)
            if let drain = policies.drain { Drain(drain, tasks: background, time: time) }
            UsageDisclosure()
            // Without a store it keeps nothing, and still hears callers who forbid asking the provider.
            Cache(
                store: cache ?? NoCache(), format: OpenAIFormat(),
                policy: cache == nil ? .off : policies.cache, provider: provider.name,
                base: provider.baseURL.description, ledger: ledger, time: time, background: background)
            Retry(policies.retry, time: time, random: random, refusals: OpenAIRefusals())
            if let limit = policies.rateLimit { RateLimit(limit, time: time) }
            Metering(
                ledger: ledger, meter: OpenAIMeter(convention: provider.usageConvention), prices: prices,
                provider: provider.name, settlements: settlements, time: time, random: random,
                policy: policies.metering)
            IdleTimeout(policies.idleTimeout, time: time)
            Authorize(provider.baseURL, as: provider.key.map { .bearer($0) } ?? .none)
        }
    }

    /// Asks for the jobs that no caller asks for, through a pipeline of these stages; see `JobPoller`.
    public func poller(
        of jobs: any JobLog, through pipeline: Pipeline, logger: Logger,
        policy: JobPollPolicy = JobPollPolicy()
    ) -> JobPoller {
        JobPoller(
            jobs: jobs, reader: VideoJobs(), provider: provider.name, upstream: pipeline, time: time,
            random: random, logger: logger, policy: policy)
    }

    /// Waits until everything that outlives its call is done; gives up after `patience`.
    public func finish(within patience: Duration) async {
        await background.drain(within: patience, time: time)
        await settlements.drain(within: patience)
    }
}
