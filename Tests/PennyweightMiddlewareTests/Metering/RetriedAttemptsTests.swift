import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Attempts of a retried call", .timeLimit(.minutes(5)))
struct RetriedAttemptsTests {
    private let bench = MeteringBench()
    private let wait: HTTPFields = [.retryAfter: "1"]

    /// Ten input tokens and a hundred output tokens: what `m 100` can cost at most.
    private let bound = Money(picos: 210_000_000)

    private func pipeline(
        _ upstream: ScriptedTransport, ledger: (any Ledger)? = nil, refusals: (any RefusalReader)? = nil,
        outside: [any Middleware] = []
    ) throws -> Pipeline {
        let metering = try bench.metering(ledger)
        return Pipeline(to: upstream) {
            outside
            Retry(
                RetryPolicy(), time: bench.time, random: SeededRandom(seed: 1), refusals: refusals)
            metering
        }
    }

    /// Sends `m 100` and lets a second pass for each sleep.
    private func send(_ pipeline: Pipeline, sleeps: Int) async throws -> Response {
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        for _ in 0..<sleeps {
            await bench.time.waitForSleepers(1)
            bench.time.advance(by: .seconds(1))
        }
        return try await task.value
    }

    private var outcomes: [Outcome] { bench.ledger.settlements.map(\.outcome) }

    @Test("what a retry made up for is absorbed, and only what the caller got is served")
    func served() async throws {
        let upstream = ScriptedTransport([
            .answer(500, "", headers: wait), .answer(500, "", headers: wait), bench.chunks("#m 10 5."),
        ])
        let response = try await send(pipeline(upstream), sleeps: 2)
        #expect(outcomes == [.absorbed, .absorbed])
        _ = try await Stages.text(response.body)
        #expect(outcomes == [.absorbed, .absorbed, .served])
        let lines = bench.ledger.settlements
        #expect(lines.map(\.cost) == [.nothing, .nothing, .exact(Money(picos: 20_000_000))])
        #expect(lines.map(\.status) == [500, 500, 200])
        #expect(bench.ledger.settledHolds.map(\.attempt) == [1, 2, 3])
        #expect(Set(bench.ledger.settledHolds.map(\.callID)).count == 1)
        #expect(bench.ledger.settledHolds.map(\.queued) == [.zero, .seconds(1), .seconds(2)])
    }

    @Test("the line of an absorbed attempt is durable before the wait")
    func durableBeforeTheWait() async throws {
        let upstream = ScriptedTransport([.answer(500, "", headers: wait), .status(200)])
        let pipeline = try pipeline(upstream)
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(1)
        #expect(outcomes == [.absorbed])
        #expect(bench.ledger.openHolds.isEmpty)
        bench.time.advance(by: .seconds(1))
        _ = try await task.value
    }

    @Test("the last answer that stays an error is refused, whether or not its body is read")
    func exhausted() async throws {
        let upstream = ScriptedTransport(Array(repeating: .answer(500, "no", headers: wait), count: 3))
        let response = try await send(pipeline(upstream), sleeps: 2)
        #expect(response.status.code == 500)
        #expect(outcomes == [.absorbed, .absorbed, .refused])
        #expect(bench.ledger.settlements.allSatisfy { $0.cost == .nothing })
        #expect(response.facts[ReceiptFact.self]?.statement?.cost == .nothing)
    }

    @Test("an error that nobody tries again is refused at once", arguments: [400, 401, 404, 501])
    func notRetried(status: Int) async throws {
        _ = try await send(pipeline(ScriptedTransport([.status(status)])), sleeps: 0)
        #expect(outcomes == [.refused])
    }

    @Test("what absorbs an attempt doesn't change its cost")
    func thrown() async throws {
        let upstream = ScriptedTransport([
            .fail(Failure(.connectionLost, "", retryAfter: .seconds(1))),
            .fail(Failure(.connectionFailed, "", wasNeverSent: true, retryAfter: .seconds(1))),
            bench.chunks("#m 10 5."),
        ])
        _ = try await Stages.text(try await send(pipeline(upstream), sleeps: 2).body)
        #expect(outcomes == [.absorbed, .absorbed, .served])
        let costs = bench.ledger.settlements.map(\.cost)
        guard case .estimated(.zero, bound, _) = costs[0] else {
            Issue.record("\(costs[0])")
            return
        }
        #expect(costs[1] == .nothing)
        #expect(bench.ledger.settlements.map(\.status) == [nil, nil, 200])
    }

    @Test("the last error says what became of its attempt", arguments: [true, false])
    func thrownLast(wasNeverSent: Bool) async throws {
        let steps = (1...3).map { number in
            ScriptedTransport.Step.fail(
                Failure(
                    .connectionLost, "", wasNeverSent: wasNeverSent && number == 3, retryAfter: .seconds(1)))
        }
        let pipeline = try pipeline(ScriptedTransport(steps))
        await expect("connection_lost") { _ = try await send(pipeline, sleeps: 2) }
        #expect(outcomes == [.absorbed, .absorbed, wasNeverSent ? .neverSent : .abandoned])
    }

    @Test("a caller that leaves during the wait leaves one line, and nothing more is sent")
    func cancelledWhileSleeping() async throws {
        let upstream = ScriptedTransport([.answer(500, "", headers: wait), .status(200)])
        let pipeline = try pipeline(upstream)
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(1)
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        #expect(await bench.lines().map(\.outcome) == [.absorbed])
        #expect(upstream.requests.count == 1)
    }

    @Test("a caller that leaves while a refusal is read makes that attempt the last")
    func cancelledWhileReading() async throws {
        struct NeverFinal: RefusalReader {
            func isFinal(_ body: [UInt8]) -> Bool { false }
        }
        let reading = StageLog()
        let upstream = ScriptedTransport([
            .custom { [wait] _, _ in
                var response = Response(
                    head: HTTPResponse(status: .internalServerError, headerFields: wait))
                let reader = ScriptedReader([.wait { reading.add("reading") }, .hang])
                response.body = Body(once: reader, length: 10)
                return response
            }
        ])
        let pipeline = try pipeline(upstream, refusals: NeverFinal())
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        #expect(await Stages.eventually { !reading.events.isEmpty })
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        #expect(await bench.lines().map(\.outcome) == [.refused])
    }

    @Test("a refusal that no retry helps stands")
    func finalRefusal() async throws {
        struct AlwaysFinal: RefusalReader {
            func isFinal(_ body: [UInt8]) -> Bool { true }
        }
        let upstream = ScriptedTransport([.answer(429, "no credit", headers: wait)])
        let response = try await send(pipeline(upstream, refusals: AlwaysFinal()), sleeps: 0)
        #expect(outcomes == [.refused])
        #expect(try await Stages.text(response.body) == "no credit")
    }

    @Test("a ledger that fails at first gets the absorbed line later, and the retry doesn't wait for it")
    func ledgerFails() async throws {
        let ledger = FailingLedger(bench.ledger, failingSettles: 1)
        let upstream = ScriptedTransport([
            .answer(500, "", headers: [.retryAfter: "0.02"]), .answer(200, "#m 10 5."),
        ])
        let pipeline = try pipeline(upstream, ledger: ledger)
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(2)
        bench.time.advance(by: .milliseconds(20))
        _ = try await Stages.text(try await task.value.body)
        #expect(outcomes == [.served])
        bench.time.advance(by: .seconds(1))
        #expect(Set(await bench.lines().map(\.outcome)) == [.served, .absorbed])
    }

    @Test("cancelling at any moment loses no line and writes none twice", arguments: 0..<60)
    func cancelledAnywhere(moment: Int) async throws {
        let ledger = HookedLedger(bench.ledger) { _ in await Task.yield() }
        let upstream = ScriptedTransport([
            .answer(500, "", headers: wait), .fail(Failure(.connectionLost, "", retryAfter: .seconds(1))),
            bench.chunks("a", "#m 10 5."),
        ])
        let pipeline = try pipeline(upstream, ledger: ledger)
        let call = Task {
            let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
            _ = try await Stages.text(response.body)
        }
        for turn in 0..<moment {
            await Task.yield()
            if turn % 3 == 0 { bench.time.advance(by: .seconds(1)) }
        }
        call.cancel()
        _ = await call.result
        let lines = await bench.lines()
        #expect(lines.count == ledger.log.count(of: "reserve"))
        #expect(Set(lines.map(\.holdID)).count == lines.count)
        #expect(bench.ledger.openHolds.isEmpty)
        #expect(bench.critical.events.isEmpty)
        let byAttempt = zip(bench.ledger.settledHolds, lines).sorted { $0.0.attempt < $1.0.attempt }
        #expect(byAttempt.dropLast().allSatisfy { $0.1.outcome == .absorbed })
    }
}
