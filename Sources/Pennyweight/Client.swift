internal import Logging
internal import Metrics
public import PennyweightLedger
internal import PennyweightMiddleware
public import PennyweightOpenAI
public import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime
internal import PennyweightURLSession
internal import Tracing

/// Calls one provider through the standard pipeline, with a ledger and a cache in SQLite.
///
/// ```swift
/// let client = try await Pennyweight.open()
/// let answer = try await client.chat("Name a metal.", model: "gpt-4o-mini")
/// print(answer.text, answer.cost)
/// await client.close()
/// ```
///
/// It tells what happens to its budgets, once each, in its log, as a metric, and to
/// ``Settings/budgetWebhook``.
/// A client is itself a `Transport`: any request of the provider's API can be sent through it.
public final class Client: Transport {
    /// The stages that every call goes through, outermost first.
    public let pipeline: Pipeline
    private let stages: StandardStages
    private let ledger: SQLiteLedger
    private let cache: SQLiteCache?
    private let transport: URLSessionTransport
    private let logger: Logger
    private let notices: BudgetNotices
    /// Tells what happens to budgets, for as long as the client lives.
    private let telling: Task<Void, Never>

    init(_ settings: Settings) async throws {
        let time = SystemTime()
        let baseURL = try BaseURL(settings.baseURL)
        let problems = Budget.problems(of: settings.budgets)
        guard problems.isEmpty else { throw Failure(.invalidRequest, problems.joined(separator: " ")) }
        let directory = try DataDirectory(settings.directory)
        let ledger = try SQLiteLedger.open(at: directory.ledgerPath, time: time)
        let cache =
            settings.hasCache
            ? try SQLiteCache.open(
                at: directory.cachePath, limitBytes: settings.cacheLimitBytes, time: time,
                requiresSecret: settings.policies.cache.encryption.isOn) : nil
        let logger = Logger(label: "pennyweight")
        var stages = StandardStages(
            provider: .init(name: settings.provider, baseURL: baseURL, key: settings.key),
            ledger: ledger,
            cache: cache.map {
                TieredCache(
                    front: MemoryCache(limitBytes: settings.memoryLimitBytes),
                    back: PausingCache($0, time: time, logger: logger))
            },
            prices: try settings.prices ?? PriceBook.shipped(), time: time, random: SystemRandom(),
            metrics: MetricsSystem.factory, tracer: InstrumentationSystem.tracer, logger: logger)
        stages.policies = settings.policies
        if cache != nil, settings.mediaLimitBytes > 0 {
            let media = try FileMedia(
                at: directory.mediaPath, limitBytes: settings.mediaLimitBytes, time: time)
            stages.media = StandardStages.Media(store: media, links: settings.mediaLinks)
        }
        if let cache, settings.answersSimilarQuestions { stages.vectors = SQLiteVectors(in: cache) }
        try await ledger.sweep(at: time.now())
        stages.settlements.calibrations.add(try await ledger.calibrations())
        let transport = URLSessionTransport()
        self.transport = transport
        pipeline = stages.pipeline(to: transport)
        let notices = BudgetNotices(
            ledger: ledger,
            webhook: settings.budgetWebhook.map {
                Webhook(
                    to: $0.url, signedWith: $0.secret, transport: transport, time: time,
                    random: SystemRandom())
            }, metrics: MetricsSystem.factory, logger: logger, time: time)
        stages.settlements.onSettlement { [weak notices] in notices?.wake() }
        // It holds no client: one that is dropped without `close()` ends it.
        telling = Task { await notices.run() }
        self.notices = notices
        self.stages = stages
        self.ledger = ledger
        self.cache = cache
        self.logger = logger
    }

    deinit {
        telling.cancel()
    }

    /// Sends any request of the provider's API through the pipeline.
    public func send(_ request: Request, context: Context) async throws -> Response {
        try await pipeline.send(request, context: context)
    }

    /// A context for one call, with an identifier of its own.
    public func makeContext() -> Context {
        let id = SortableID(time: SystemTime(), random: SystemRandom())
        var logger = logger
        logger[metadataKey: "request-id"] = "\(id)"
        return Context(id: id, logger: logger)
    }

    /// Asks one question and returns the whole answer, with what it cost.
    ///
    /// Throws a `Failure` if no answer came, and `ErrorAnswer` if the provider answered with an error.
    /// Cancelling the task ends the exchange.
    public func chat(_ question: String, model: String) async throws -> ChatAnswer {
        let request = Request.chat(model: model, messages: [.user(question)])
        return try await ChatAnswer(send(request, context: makeContext()))
    }

    /// Adds the ledger up.
    public func report(by grouping: ReportQuery.Grouping) async throws -> Report {
        try await ledger.report(ReportQuery(by: grouping))
    }

    /// Finishes what is being settled, logs what happened to budgets, and closes the files. A webhook that
    /// is not delivered by then is told by the next client on the same ledger. The client can't be used
    /// afterwards.
    public func close() async {
        await stages.finish(within: .seconds(10))
        telling.cancel()
        await telling.value
        await notices.announceOnce()
        await ledger.close()
        await cache?.close()
    }
}
