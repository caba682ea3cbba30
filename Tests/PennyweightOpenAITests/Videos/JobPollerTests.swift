import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite("JobPoller", .timeLimit(.minutes(5)))
struct JobPollerTests {
    private let bench = VideoBench()

    /// A provider whose jobs are done after a number of questions each, and which counts.
    private final class Provider: Transport {
        struct State {
            var questions: [String: Int] = [:]
            var running = 0
            var most = 0
            var failure: Failure?
        }

        let state = Mutex(State())
        let doneAfter: Int

        init(doneAfter: Int) {
            self.doneAfter = doneAfter
        }

        var questions: [String: Int] { state.withLock { $0.questions } }

        func send(_ request: Request, context: Context) async throws -> Response {
            let id = String(request.path.split(separator: "/").last ?? "")
            let (count, failure) = state.withLock { state in
                state.questions[id, default: 0] += 1
                state.running += 1
                state.most = max(state.most, state.running)
                return (state.questions[id] ?? 0, state.failure)
            }
            for _ in 0..<10 { await Task.yield() }
            state.withLock { $0.running -= 1 }
            if let failure { throw failure }
            let status = count >= doneAfter ? "completed" : "in_progress"
            var head = HTTPResponse(status: .ok)
            head.headerFields[.contentType] = "application/json"
            return Response(head: head, body: Body(Array(VideoBench.job(status, id: id).utf8)))
        }
    }

    /// Starts jobs, and forgets the process that did.
    private func start(_ ids: [String]) async throws {
        let (pipeline, _) = try bench.process(
            ScriptedTransport(ids.map { VideoBench.answer("queued", id: $0) }))
        for _ in ids { try await bench.create(pipeline) }
    }

    private func poller(_ upstream: any Transport, _ policy: JobPollPolicy = JobPollPolicy()) throws
        -> JobPoller
    {
        let (pipeline, _) = try bench.process(upstream)
        return JobPoller(
            jobs: bench.ledger, reader: try #require(OpenAIMeter().jobs), provider: "openai",
            upstream: pipeline, time: bench.time, random: SeededRandom(seed: 11),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, policy: policy)
    }

    /// Runs a poller while the test moves time: each step is one look.
    private func run(_ poller: JobPoller, looks: Int, then: () async throws -> Void = {}) async throws {
        let running = Task { await poller.run() }
        for _ in 0..<looks {
            await bench.time.waitForSleepers()
            bench.time.advance(by: .seconds(5))
        }
        await bench.time.waitForSleepers()
        try await then()
        running.cancel()
        await running.value
    }

    @Test("a job that nobody asks for is settled by what was delivered, by a process that didn't start it")
    func abandoned() async throws {
        try await start(["v1"])
        let provider = Provider(doneAfter: 2)
        try await run(poller(provider), looks: 12)
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.cost == .exact(VideoBench.whole) && line.outcome == .served)
        #expect(bench.ledger.openHolds.isEmpty && bench.ledger.settlements.count == 1)
        // Once it is settled nobody asks any more.
        #expect(provider.questions == ["v1": 2])
    }

    @Test("questions grow rarer, and are never asked in a row")
    func backoff() async throws {
        try await start(["v1"])
        let provider = Provider(doneAfter: .max)
        try await run(poller(provider), looks: 2)
        #expect(provider.questions["v1"] ?? 0 <= 1)
        try await run(poller(provider), looks: 720)
        // An hour: at most every 2.5 minutes at the end, at least every 5.
        #expect((12...32).contains(provider.questions["v1"] ?? 0))
    }

    @Test("a bounded number is asked for at once, and all are")
    func bounded() async throws {
        let ids = (0..<40).map { "v\($0)" }
        try await start(ids)
        let provider = Provider(doneAfter: 1)
        var policy = JobPollPolicy()
        policy.atOnce = 3
        try await run(poller(provider, policy), looks: 4)
        #expect(provider.state.withLock { $0.most } <= 3)
        #expect(Set(provider.questions.keys) == Set(ids))
        #expect(bench.ledger.settlements.count == 40)
    }

    @Test("a caller and two pollers settle a job exactly once")
    func race() async throws {
        try await start((0..<10).map { "v\($0)" })
        let provider = Provider(doneAfter: 1)
        let (pipeline, _) = try bench.process(provider)
        let bench = bench
        let pollers = [try poller(provider), try poller(provider)]
        let running = pollers.map { poller in Task { await poller.run() } }
        await bench.time.waitForSleepers(2)
        async let callers: Void = withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<10 { group.addTask { try await bench.send(pipeline, .get, "/videos/v\(id)") } }
            try await group.waitForAll()
        }
        bench.time.advance(by: .seconds(15))
        try await callers
        await bench.time.waitForSleepers(2)
        for task in running { task.cancel() }
        for task in running { await task.value }
        #expect(bench.ledger.settlements.count == 10 && bench.ledger.openHolds.isEmpty)
        #expect(bench.ledger.settlements.allSatisfy { $0.cost == .exact(VideoBench.whole) })
    }

    @Test("a provider that can't be reached is asked again later, and nothing is settled for it")
    func failing() async throws {
        try await start(["v1"])
        let provider = Provider(doneAfter: 1)
        provider.state.withLock { $0.failure = Failure(.invalidAnswer, "no") }
        try await run(poller(provider), looks: 10)
        #expect(bench.ledger.settlements.isEmpty && (provider.questions["v1"] ?? 0) >= 1)
        provider.state.withLock { $0.failure = nil }
        try await run(poller(provider), looks: 10)
        #expect(bench.ledger.settlements.count == 1)
    }

    @Test("it ends with its task, also while it asks")
    func ends() async throws {
        try await start(["v1"])
        let (asked, continuation) = AsyncStream<Void>.makeStream()
        let poller = try poller(Hanging { continuation.yield() })
        let running = Task { await poller.run() }
        await bench.time.waitForSleepers()
        bench.time.advance(by: .seconds(15))
        for await _ in asked { break }
        running.cancel()
        await running.value
        #expect(bench.ledger.settlements.isEmpty && bench.ledger.openHolds.count == 1)
    }

    /// Never answers, but heeds its cancellation.
    private struct Hanging: Transport {
        let onSend: @Sendable () -> Void

        init(_ onSend: @escaping @Sendable () -> Void) {
            self.onSend = onSend
        }

        func send(_ request: Request, context: Context) async throws -> Response {
            onSend()
            let (stream, _) = AsyncStream<Void>.makeStream()
            for await _ in stream {}
            throw CancellationError()
        }
    }

    @Test("an id that could move through paths is never asked for", arguments: ["", "..", "a/b", "a b", "é"])
    func paths(id: String) throws {
        #expect(try #require(OpenAIMeter().jobs).statePath(of: id) == nil)
        #expect(try #require(OpenAIMeter().jobs).statePath(of: "video_1:x") == "/videos/video_1:x")
    }
}
