import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization

/// A wire format for tests: the request is `model` or `model bound`; the answer is text, and its usage is
/// reported by `#model input output` anywhere, its end by `.` as the last byte.
struct LineMeter: UsageMeter {
    func quote(_ request: Request) -> Quote? {
        guard request.head.method == .post, let bytes = request.body.bytes else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard let model = words.first else { return nil }
        let bound = words.dropFirst().first.flatMap { Int64($0) }
        return Quote(
            route: request.path, model: String(model), inputTokens: bound.map { _ in 10 }, outputTokens: bound
        )
    }

    func reading(of head: HTTPResponse, to quote: Quote) -> any UsageReading { LineReading() }

    private struct LineReading: UsageReading {
        var text: [UInt8] = []

        mutating func consume(_ chunk: [UInt8]) { text += chunk }

        var hasGenerated: Bool { !text.isEmpty }

        mutating func summary() -> UsageSummary {
            let all = String(decoding: text, as: UTF8.self)
            var summary = UsageSummary(isComplete: all.hasSuffix("."))
            if let mark = all.lastIndex(of: "#") {
                let words = all[mark...].dropFirst().prefix { $0 != "." && $0 != ";" }.split(separator: " ")
                if words.count == 3, let input = Int64(words[1]), let output = Int64(words[2]) {
                    summary.executedModel = String(words[0])
                    summary.usage = Usage(tokens: TokenUsage(input: input, output: output))
                }
            }
            return summary
        }
    }
}

/// Everything a metered call needs. `m` costs one micro-dollar per input token and two per output token.
struct MeteringBench {
    static let prices = """
        {"schema": "pennyweight-prices/1", "version": "test", "models": [
        {"id": "m", "provider": "p", "mode": "chat", "prices": [{"effective_from": "2020-01-01", \
        "source": "test", "retrieved": "2020-01-01", "rates": {"input_token": "1", "output_token": "2"}}]},
        {"id": "dear", "provider": "p", "mode": "chat", "prices": [{"effective_from": "2020-01-01", \
        "source": "test", "retrieved": "2020-01-01", "rates": {"input_token": "10", "output_token": "20"}}]}
        ]}
        """

    let time = ManualTime()
    let random = SeededRandom(seed: 1)
    let ledger = MemoryLedger(limit: 1_000)
    let log = StageLog()
    let critical = StageLog()
    let settlements: Settlements

    init(maximumAttempts: Int = 12) {
        let logger = Logger(label: "test") { [critical] _ in CriticalLog(log: critical) }
        settlements = Settlements(time: time, logger: logger, maximumAttempts: maximumAttempts)
    }

    func metering(_ ledger: (any Ledger)? = nil, _ policy: MeteringPolicy = MeteringPolicy()) throws
        -> Metering
    {
        Metering(
            ledger: ledger ?? self.ledger, meter: LineMeter(),
            prices: try PriceBook(json: Array(MeteringBench.prices.utf8)), provider: "p",
            settlements: settlements,
            time: time, random: random, policy: policy)
    }

    func pipeline(
        _ steps: [ScriptedTransport.Step], ledger: (any Ledger)? = nil,
        policy: MeteringPolicy = MeteringPolicy()
    ) throws -> (Pipeline, ScriptedTransport) {
        let upstream = ScriptedTransport(steps)
        let metering = try metering(ledger, policy)
        return (Pipeline(to: upstream) { metering }, upstream)
    }

    /// An upstream body that notes when it is given up.
    func body(_ steps: [ScriptedReader.Step]) -> ScriptedTransport.Step {
        .body(200) { [log] in ScriptedReader(steps) { log.add("cancelled") } }
    }

    func chunks(_ texts: String...) -> ScriptedTransport.Step {
        body(texts.map { .chunk(Array($0.utf8)) })
    }

    /// Waits until everything is settled, and returns the lines.
    func lines() async -> [Settlement] {
        await settlements.drain(within: .seconds(3_600))
        return ledger.settlements
    }
}

/// Keeps what was logged as critical.
struct CriticalLog: LogHandler {
    let log: StageLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(log: StageLog) {
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level == .critical { log.add("\(event.message)") }
    }
}

/// A ledger whose writes fail as often as it is told.
final class FailingLedger: Ledger {
    private let inner: any Ledger
    private let state: Mutex<(reserves: Int, settles: Int)>
    let attempts = StageLog()

    init(_ inner: any Ledger, failingReserves: Int = 0, failingSettles: Int = 0) {
        self.inner = inner
        state = Mutex((failingReserves, failingSettles))
    }

    struct DiskFull: Error {}

    func reserve(_ hold: Hold) async throws {
        attempts.add("reserve")
        let fails = state.withLock { state in
            state.reserves -= 1
            return state.reserves >= 0
        }
        if fails { throw DiskFull() }
        try await inner.reserve(hold)
    }

    func settle(_ settlement: Settlement) async throws -> Bool {
        attempts.add(Task.isCancelled ? "settle cancelled" : "settle")
        let fails = state.withLock { state in
            state.settles -= 1
            return state.settles >= 0
        }
        if fails { throw DiskFull() }
        return try await inner.settle(settlement)
    }

    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        inner.enqueue(saving, onFailure: onFailure)
    }
    func sweep(at time: Timestamp) async throws -> Int { try await inner.sweep(at: time) }
    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        try await inner.renew(holds, until: expiry)
    }
    func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        try await inner.attach(job, to: hold)
    }
    func openHold(of job: ProviderJob) async throws -> Hold? { try await inner.openHold(of: job) }
    func balances(of claims: [BudgetClaim]) async throws -> [Balance] { try await inner.balances(of: claims) }
    func events(limit: Int) async throws -> [BudgetEvent] { try await inner.events(limit: limit) }
    func confirm(_ event: SortableID) async throws { try await inner.confirm(event) }
    func calibrations() async throws -> [Calibration] { try await inner.calibrations() }
    func report(_ query: ReportQuery) async throws -> Report { try await inner.report(query) }
}
