import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

/// A cache with all that it needs, on a manual clock.
struct CacheScene {
    let time = ManualTime()
    let random = SeededRandom(seed: 7)
    let memory = MemoryCache(limitBytes: 1 << 20)
    let background = BackgroundTasks(limit: 64)
    let ledger = SavingsLedger()
    var policy = CachePolicy()
    var format = EventLineFormat()
    var log = CapturedLog()

    func pipeline(
        _ upstream: ScriptedTransport, store: (any CacheStore)? = nil, background: BackgroundTasks? = nil,
        metered: Bool = true
    ) -> Pipeline {
        Pipeline(to: upstream) {
            Cache(
                store: store ?? memory, format: format, policy: policy, provider: "scripted",
                base: "http://127.0.0.1/v1", ledger: ledger, time: time,
                background: background ?? self.background)
            if metered { ReceiptStage(cost: .exact(Money(picos: 42_000_000))) }
        }
    }

    func context(account: String = "default") -> Context {
        var context = Context(id: SortableID(time: time, random: random), logger: log.logger)
        context.account = account
        return context
    }

    static func chat(
        _ body: String = #"{"model":"m","messages":[]}"#, cacheControl: String? = nil
    ) -> Request {
        var request = Request(.post, "/chat/completions", body: Body(body))
        request.head.headerFields[.cacheControl] = cacheControl
        return request
    }

    static func stream(_ reader: @escaping @Sendable () -> any BodyReader) -> ScriptedTransport.Step {
        .body(200, headers: [.contentType: "text/event-stream"], reader)
    }

    /// Sends a request and reads the answer to its end.
    func ask(
        _ pipeline: Pipeline, _ request: Request = CacheScene.chat(), account: String = "default"
    ) async throws -> (text: String, facts: Facts, status: Int) {
        let response = try await pipeline.send(request, context: context(account: account))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return (String(decoding: bytes, as: UTF8.self), response.facts, response.status.code)
    }

    func settle() async {
        await background.drain(within: .seconds(10), time: time)
    }
}

extension Facts {
    var cache: CacheOutcome? { self[CacheFact.self] }
    var header: String? { cache?.headerValue }
    var statement: Receipt.Statement? { self[ReceiptFact.self]?.statement }
}

/// Issues a receipt at the proven end of the body, as Metering does.
struct ReceiptStage: Middleware {
    let cost: Cost
    var place: Place { .metering }

    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        var response = try await next(request, context)
        let receipt = Receipt()
        response.facts[ReceiptFact.self] = receipt
        let usage = Usage(tokens: TokenUsage(input: 3, output: 5))
        response.body = try response.body.watched { _ in
        } onEnd: { [cost] end in
            guard case .complete = end else { return }
            receipt.issue(.init(cost: cost, provider: "scripted", model: "m-2026-01-01", usage: usage))
        }
        return response
    }
}

/// Keeps the savings that it is told of, or refuses them.
final class SavingsLedger: Ledger {
    struct Broken: Error {}

    private let state = Mutex<(savings: [Saving], isBroken: Bool)>(([], false))

    var savings: [Saving] { state.withLock { $0.savings } }

    func breakDown() { state.withLock { $0.isBroken = true } }

    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        let isBroken = state.withLock { state in
            if !state.isBroken { state.savings.append(saving) }
            return state.isBroken
        }
        if isBroken { onFailure(Broken()) }
    }

    func reserve(_ hold: Hold) async throws { throw Broken() }
    func settle(_ settlement: Settlement) async throws -> Bool { throw Broken() }
    func sweep(at time: Timestamp) async throws -> Int { 0 }
    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws { throw Broken() }
    func attach(_ job: ProviderJob, to hold: SortableID) async throws { throw Broken() }
    func openHold(of job: ProviderJob) async throws -> Hold? { throw Broken() }
    func balances(of claims: [BudgetClaim]) async throws -> [Balance] { throw Broken() }
    func events(limit: Int) async throws -> [BudgetEvent] { throw Broken() }
    func confirm(_ event: SortableID) async throws { throw Broken() }
    func calibrations() async throws -> [Calibration] { [] }
    func report(_ query: ReportQuery) async throws -> Report { throw Broken() }
}

/// A store that does what the test says: fails, or waits before it writes.
final class FaultyStore: CacheStore {
    struct Broken: Error {}

    enum Fault: Sendable { case none, read, write, hangingWrite }

    private let inner = MemoryCache(limitBytes: 1 << 20)
    private let fault: Mutex<Fault>
    private let writes = Mutex(0)

    init(_ fault: Fault) { self.fault = Mutex(fault) }

    var writeCount: Int { writes.withLock { $0 } }

    func heal() { fault.withLock { $0 = .none } }

    func entry(for key: CacheKey) async throws -> CacheEntry? {
        if fault.withLock({ $0 }) == .read { throw Broken() }
        return await inner.entry(for: key)
    }

    func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        writes.withLock { $0 += 1 }
        switch fault.withLock({ $0 }) {
        case .write: throw Broken()
        case .hangingWrite: try await ManualTime().sleep(for: .seconds(3_600))
        case .none, .read: await inner.store(entry, for: key)
        }
    }

    func remove(_ key: CacheKey) async throws { await inner.remove(key) }

    func entry(named id: SortableID) async throws -> CacheEntry? { await inner.entry(named: id) }

    func remove(_ selection: CacheSelection) async throws -> Int { await inner.remove(selection) }

    func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        await inner.entries(selection, after: after, limit: limit)
    }

    func statistics() async throws -> CacheStatistics { await inner.statistics() }
}
