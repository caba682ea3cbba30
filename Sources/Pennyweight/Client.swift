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
/// A client is itself a `Transport`: any request of the provider's API can be sent through it.
public final class Client: Transport {
    /// The stages that every call goes through, outermost first.
    public let pipeline: Pipeline
    private let stages: StandardStages
    private let ledger: SQLiteLedger
    private let cache: SQLiteCache?
    private let transport: URLSessionTransport
    private let logger: Logger

    init(_ settings: Settings) async throws {
        let time = SystemTime()
        let baseURL = try BaseURL(settings.baseURL)
        let problems = Budget.problems(of: settings.budgets)
        guard problems.isEmpty else { throw Failure(.invalidRequest, problems.joined(separator: " ")) }
        let directory = try DataDirectory(settings.directory)
        let ledger = try SQLiteLedger.open(at: directory.ledgerPath, time: time)
        let cache =
            settings.hasCache
            ? try SQLiteCache.open(at: directory.cachePath, limitBytes: settings.cacheLimitBytes) : nil
        let logger = Logger(label: "pennyweight")
        var stages = StandardStages(
            provider: .init(name: settings.provider, baseURL: baseURL, key: settings.key),
            ledger: ledger,
            cache: cache.map {
                TieredCache(front: MemoryCache(limitBytes: settings.memoryLimitBytes), back: $0)
            },
            prices: try settings.prices ?? PriceBook.shipped(), time: time, random: SystemRandom(),
            metrics: MetricsSystem.factory, tracer: InstrumentationSystem.tracer, logger: logger)
        stages.policies = settings.policies
        try await ledger.sweep(at: time.now())
        stages.settlements.calibrations.add(try await ledger.calibrations())
        transport = URLSessionTransport()
        pipeline = stages.pipeline(to: transport)
        self.stages = stages
        self.ledger = ledger
        self.cache = cache
        self.logger = logger
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

    /// Finishes what is being settled and closes the files. The client can't be used afterwards.
    public func close() async {
        await stages.finish(within: .seconds(10))
        await ledger.close()
        await cache?.close()
    }
}
