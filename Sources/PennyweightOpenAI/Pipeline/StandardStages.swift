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
    /// Lets processes that share the cache share upstream calls; nil to share within this process alone.
    public var leases: (any FlightLeases)?
    /// Where the images of answers are kept, and how callers get at them; nil if such answers aren't stored.
    public var media: Media?
    /// Where the vectors of stored answers are kept; nil to look for identical questions only. Which calls
    /// look for similar ones, the cache's policy says (`CachePlan.semantic`).
    public var vectors: (any VectorStore)?
    public var prices: PriceBook
    public var provider: Provider
    public var policies = Policies()
    public var time: any TimeSource
    public var random: any RandomSource
    /// Where measurements go.
    public var metrics: any MetricsFactory
    public var tracer: any Tracer
    private let logger: Logger
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
        self.logger = logger
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
        /// What proves that its streams are whole.
        public var completeness: CompletenessRule

        public init(
            name: String, baseURL: BaseURL, key: Secret?, usageConvention: UsageConvention? = nil,
            completeness: CompletenessRule = .done
        ) {
            self.completeness = completeness
            self.name = name
            self.baseURL = baseURL
            self.key = key
            self.usageConvention = usageConvention ?? UsageConvention(provider: name)
        }
    }

    /// Where images are kept.
    public struct Media: Sendable {
        public var store: any MediaStore
        /// Makes URLs for callers; nil where nothing serves them.
        public var links: (any MediaLinks)?

        public init(store: any MediaStore, links: (any MediaLinks)? = nil) {
            self.store = store
            self.links = links
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
        public var media = MediaPolicy()
        public var semantic = SemanticPolicy()
        public var retry = RetryPolicy()
        /// Nil for no limit.
        public var rateLimit: RateLimitPolicy?
        public var metering = MeteringPolicy()
        public var idleTimeout = IdleTimeoutPolicy()

        public init() {}
    }

    /// Puts the stages in front of a transport.
    public func pipeline(to transport: any Transport) -> Pipeline {
        let outer = outerStages(fetchingThrough: transport)
        let inner = innerStages
        guard let cache, let vectors else { return Pipeline(to: transport, stages: outer + inner) }
        // Calls for vectors take the same stages, the very same ones: they share flights and turns with all
        // others. They end at the cache or the provider, and never ask for vectors themselves.
        let lookup = SemanticLookup(
            policies.semantic, vectors: vectors, store: cache, format: OpenAIFormat(),
            embeddings: Pipeline(to: transport, stages: outer + inner), ledger: ledger, time: time,
            random: random)
        return Pipeline(to: transport, stages: outer + [lookup] + inner)
    }

    /// Down to the cache.
    @PipelineBuilder
    private func outerStages(fetchingThrough transport: any Transport) -> [any Middleware] {
        Observe(policies.observe, time: time, metrics: metrics, tracer: tracer)
        Deadline(limit: policies.callLimit, time: time)
        if let drain = policies.drain { Drain(drain, tasks: background, time: time) }
        UsageDisclosure(completeness: provider.completeness)
        // Without a store it keeps nothing, and still hears callers who forbid asking the provider.
        Cache(
            store: cache ?? NoCache(), format: OpenAIFormat(completeness: provider.completeness),
            policy: cache == nil ? .off : policies.cache, provider: provider.name,
            base: provider.baseURL.description, ledger: ledger, time: time, background: background,
            leases: leases, media: mediaTier(fetchingThrough: transport))
    }

    /// What a call that isn't answered from the store goes through.
    @PipelineBuilder private var innerStages: [any Middleware] {
        Retry(policies.retry, time: time, random: random, refusals: OpenAIRefusals())
        if let limit = policies.rateLimit { RateLimit(limit, time: time) }
        Metering(
            ledger: ledger,
            meter: OpenAIMeter(
                convention: provider.usageConvention, completeness: provider.completeness),
            prices: prices, provider: provider.name, settlements: settlements, time: time, random: random,
            policy: policies.metering)
        IdleTimeout(policies.idleTimeout, time: time)
        Authorize(provider.baseURL, as: provider.key.map { .bearer($0) } ?? .none)
    }

    /// Images are fetched past all stages: they cost nothing, and the credential is not for where they lie.
    private func mediaTier(fetchingThrough transport: any Transport) -> MediaTier? {
        guard let media, cache != nil else { return nil }
        return MediaTier(
            media.store, links: media.links, provider: provider.baseURL, transport: transport,
            policy: policies.media, time: time, logger: logger)
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
