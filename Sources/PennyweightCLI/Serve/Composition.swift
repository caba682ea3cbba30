#if Gateway
internal import Logging
internal import Metrics
internal import PennyweightAsyncHTTPClient
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime
internal import Tracing

/// Everything that one gateway process is made of, put together from its configuration.
final class Composition: Sendable {
    let configuration: GatewayConfiguration
    let logger: Logger
    let ledger: SQLiteLedger
    let stages: StandardStages
    let pipeline: Pipeline
    /// Tells what happens to budgets.
    let notices: BudgetNotices
    private let cache: SQLiteCache?
    private let store: TieredCache?
    private let media: GatewayStores.Media?
    private let transport: HTTPClientTransport

    /// Opens the files and links the pipeline. Throws what can't be opened, with what to do about it.
    init(_ configuration: GatewayConfiguration, logger: Logger) throws {
        let time = SystemTime()
        let upstream = configuration.upstream
        let directory = try DataDirectory(configuration.dataDirectory)
        let ledger = try SQLiteLedger.open(at: directory.ledgerPath, time: time)
        let disk = try Composition.disk(configuration, directory, time)
        let memoryBytes = configuration.cache.memoryBytes
        let store = disk.map { disk in
            TieredCache(
                front: MemoryCache(limitBytes: memoryBytes),
                back: PausingCache(disk, time: time, logger: logger))
        }
        var stages = StandardStages(
            provider: .init(
                name: upstream.provider, baseURL: upstream.baseURL, key: upstream.key,
                usageConvention: upstream.usageConvention, completeness: upstream.completeness),
            ledger: ledger, cache: store, prices: try EffectivePrices.book(configuration), time: time,
            random: SystemRandom(),
            metrics: MetricsSystem.factory, tracer: InstrumentationSystem.tracer, logger: logger)
        stages.leases = disk.flatMap { Composition.leases(on: $0, configuration, time) }
        stages.policies = try StandardStages.Policies(configuration)
        media = Composition.media(configuration, directory, time, logger)
        stages.media = media.map { StandardStages.Media(store: $0.store, links: $0.links) }
        if let disk, configuration.semantic.isEnabled {
            stages.vectors = SQLiteVectors(in: disk, memoryBytes: configuration.semantic.memoryBytes)
        }
        self.configuration = configuration
        self.logger = logger
        self.ledger = ledger
        self.stages = stages
        cache = disk
        self.store = store
        let transport = HTTPClientTransport()
        self.transport = transport
        pipeline = stages.pipeline(to: transport)
        notices = BudgetNotices(
            ledger: ledger,
            webhook: configuration.webhook.map {
                Webhook(
                    to: $0.url, signedWith: $0.secret, transport: transport, time: time,
                    random: SystemRandom())
            }, metrics: MetricsSystem.factory, logger: logger, time: time)
        stages.settlements.onSettlement { [notices] in notices.wake() }
    }

    private static func disk(
        _ configuration: GatewayConfiguration, _ directory: DataDirectory, _ time: SystemTime
    ) throws -> SQLiteCache? {
        guard configuration.cache.isEnabled else { return nil }
        return try SQLiteCache.open(
            at: directory.cachePath, limitBytes: Int64(configuration.cache.diskBytes), time: time,
            requiresSecret: configuration.cache.policy.encryption.isOn)
    }

    private static func leases(
        on disk: SQLiteCache, _ configuration: GatewayConfiguration, _ time: SystemTime
    ) -> CacheLeases? {
        guard configuration.cache.sharesFlights else { return nil }
        var policy = CacheLeases.Policy()
        policy.patience = configuration.cache.policy.flights.patience
        return CacheLeases(on: disk, policy: policy, time: time, random: SystemRandom())
    }

    /// Asks for the videos that no caller asks for.
    var poller: JobPoller { stages.poller(of: ledger, through: pipeline, logger: logger) }

    /// What the gateway looks things up in: the ledger's file has all of it.
    var stores: GatewayStores {
        GatewayStores(
            ledger: ledger, calls: ledger, jobs: ledger, keys: ledger, notes: ledger,
            budgets: stages.policies.metering.budgets, cache: store,
            vectors: stages.vectors, media: media)
    }

    /// Where images are kept. Without them answers are passed on as they are: what can't be opened costs no
    /// call.
    private static func media(
        _ configuration: GatewayConfiguration, _ directory: DataDirectory, _ time: SystemTime,
        _ logger: Logger
    ) -> GatewayStores.Media? {
        let wanted = configuration.media
        guard configuration.cache.isEnabled, wanted.bytes > 0 else { return nil }
        do {
            let secret = try SecretFile.bytes(
                at: directory.mediaSecretPath, count: SignedMediaLinks.secretLength, random: SystemRandom())
            return GatewayStores.Media(
                store: try FileMedia(
                    at: directory.mediaPath, limitBytes: Int64(wanted.bytes), time: time),
                links: SignedMediaLinks(
                    secret: secret, lifetime: wanted.urlLifetime, publicURL: wanted.publicURL))
        } catch {
            logger.warning(
                "No images are kept: their store can't be opened.", metadata: ["problem": "\(error)"])
            return nil
        }
    }

    /// Learns from the ledger's lines how many characters a token stands for, model by model: an answer that
    /// is cut is estimated by it.
    func learn() async throws {
        stages.settlements.calibrations.add(try await ledger.calibrations())
    }

    /// Closes the attempts that a dead process left open in the ledger.
    func sweep() async throws {
        let closed = try await stages.settlements.sweep(ledger)
        if closed > 0 {
            logger.notice(
                "Closed attempts that an earlier process left open.", metadata: ["attempts": "\(closed)"])
        }
    }

    /// Finishes what outlives its call and closes the files; call it after the last request has ended.
    func close() async {
        await stages.finish(within: configuration.timeouts.shutdown)
        await notices.announceOnce()
        try? await transport.shutdown()
        await ledger.close()
        await cache?.close()
    }
}

extension StandardStages.Policies {
    /// The policies that a configuration asks for.
    init(_ configuration: GatewayConfiguration) throws {
        self.init()
        callLimit = configuration.timeouts.call
        if configuration.drain.bytes > 0 {
            drain = DrainPolicy(limitBytes: configuration.drain.bytes, patience: configuration.drain.duration)
        }
        metering.budgets = configuration.allBudgets
        metering.unpriced = configuration.unpriced.policy
        metering.unpricedByAccount = configuration.unpriced.accounts
        metering.region = configuration.upstream.region
        cache = configuration.cache.policy
        media = configuration.media.policy
        semantic = configuration.semantic.policy
        retry.maximumAttempts = configuration.attempts
        rateLimit = configuration.requestsPerMinute.map {
            RateLimitPolicy(requests: $0, per: .seconds(60), burst: $0, scope: .everyone)
        }
        idleTimeout = IdleTimeoutPolicy(
            beforeFirst: configuration.timeouts.silence, between: configuration.timeouts.silence)
    }
}
#endif
