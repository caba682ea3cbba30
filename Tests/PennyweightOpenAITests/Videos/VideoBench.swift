import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

/// One ledger and as many processes on it as a test wants.
struct VideoBench {
    let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22
    let ledger: MemoryLedger

    init() {
        ledger = MemoryLedger(limit: 1_000)
    }

    /// A pipeline, as a process has it: nothing of it is shared but the ledger.
    func process(
        _ upstream: any Transport, ledger: (any Ledger)? = nil, budgets: [Budget] = [],
        unpriced: MeteringPolicy.Unpriced? = nil
    ) throws -> (pipeline: Pipeline, settlements: Settlements) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let settlements = Settlements(time: time, logger: logger)
        let metering = Metering(
            ledger: ledger ?? self.ledger, meter: OpenAIMeter(), prices: try PriceBook.shipped(),
            provider: "openai", settlements: settlements, time: time, random: SystemRandom(),
            policy: MeteringPolicy(unpriced: unpriced, budgets: budgets))
        let pipeline = Pipeline(to: upstream) {
            Retry(
                RetryPolicy(maximumAttempts: 2), time: time, random: SeededRandom(seed: 1),
                refusals: OpenAIRefusals())
            metering
        }
        return (pipeline, settlements)
    }

    func context() -> Context {
        Context(
            id: SortableID(time: time, random: SystemRandom()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Sends a request and reads the answer.
    @discardableResult
    func send(
        _ pipeline: Pipeline, _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) async throws -> (text: String, response: Response) {
        let response = try await pipeline.send(Request(method, path, body: Body(body)), context: context())
        let bytes = try await response.body.collect(upTo: 1 << 22)
        return (String(decoding: bytes, as: UTF8.self), response)
    }

    @discardableResult
    func create(_ pipeline: Pipeline, _ body: String = VideoBench.question) async throws
        -> (text: String, response: Response)
    {
        try await send(pipeline, .post, "/videos", body)
    }

    static let question = #"{"model":"sora-2-pro","prompt":"p","seconds":"8","size":"1024x1792"}"#

    /// What `question` costs at most, and if it is delivered as asked: 8 seconds at $0.50.
    static let whole = Money(picos: 4_000_000_000_000)

    static func job(
        _ status: String, id: String = "v1", seconds: String = "8", size: String = "1024x1792",
        model: String = "sora-2-pro"
    ) -> String {
        #"{"id":"\#(id)","object":"video","model":"\#(model)","status":"\#(status)","seconds":"\#(seconds)","#
            + #""size":"\#(size)","prompt":"p"}"#
    }

    static func answer(_ status: String, id: String = "v1") -> ScriptedTransport.Step {
        .answer(200, job(status, id: id), headers: [.contentType: "application/json"])
    }
}

/// A ledger that asks before it attaches a job or looks for one; what the hook throws is what that throws.
final class GatedLedger: Ledger {
    private let inner: any Ledger
    private let hook: @Sendable (String) async throws -> Void

    init(_ inner: any Ledger, _ hook: @escaping @Sendable (String) async throws -> Void) {
        self.inner = inner
        self.hook = hook
    }

    func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        try await hook("attach")
        try await inner.attach(job, to: hold)
    }

    func openHold(of job: ProviderJob) async throws -> Hold? {
        try await hook("openHold")
        return try await inner.openHold(of: job)
    }

    func settle(_ settlement: Settlement) async throws -> Bool {
        try await hook("settle")
        return try await inner.settle(settlement)
    }

    func reserve(_ hold: Hold) async throws { try await inner.reserve(hold) }
    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        inner.enqueue(saving, onFailure: onFailure)
    }
    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        try await inner.renew(holds, until: expiry)
    }
    func sweep(at time: Timestamp) async throws -> Int { try await inner.sweep(at: time) }
    func balances(of claims: [BudgetClaim]) async throws -> [Balance] { try await inner.balances(of: claims) }
    func events(limit: Int) async throws -> [BudgetEvent] { try await inner.events(limit: limit) }
    func confirm(_ event: SortableID) async throws { try await inner.confirm(event) }
    func calibrations() async throws -> [Calibration] { try await inner.calibrations() }
    func report(_ query: ReportQuery) async throws -> Report { try await inner.report(query) }
}
