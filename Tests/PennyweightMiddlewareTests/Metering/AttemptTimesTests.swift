import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Times of an attempt", .timeLimit(.minutes(5)))
struct AttemptTimesTests {
    private let bench = MeteringBench()

    @Test("the head, the first token and the end are three moments")
    func moments() async throws {
        let time = bench.time
        let start = time.now()
        let body = bench.body([
            .wait { time.advance(by: .seconds(2)) }, .chunk(Stages.bytes("a")),
            .wait { time.advance(by: .seconds(3)) }, .chunk(Stages.bytes("#m 10 5.")),
        ])
        let upstream = ScriptedTransport([
            .custom { request, context in
                time.advance(by: .seconds(1))
                return try await ScriptedTransport([body]).send(request, context: context)
            }
        ])
        let metering = try bench.metering()
        let pipeline = Pipeline(to: upstream) { metering }
        _ = try await Stages.text(
            try await pipeline.send(Stages.post("m 100"), context: Stages.context()).body)
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.firstByteAt == start + .seconds(1))
        #expect(line.firstTokenAt == start + .seconds(3))
        #expect(line.settledAt == start + .seconds(6))
    }

    @Test("an attempt without an answer has no moment of it", arguments: [true, false])
    func none(isRefused: Bool) async throws {
        let step: ScriptedTransport.Step = isRefused ? .status(500) : .fail(Failure(.connectionLost, ""))
        let (pipeline, _) = try bench.pipeline([step])
        _ = await stageError {
            _ = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        }
        let line = try #require(bench.ledger.settlements.first)
        #expect((line.firstByteAt != nil) == isRefused)
        #expect(line.firstTokenAt == nil)
        #expect(line.characters == nil)
    }

    @Test("an attempt was queued from the call's start, which the outermost stage notes")
    func queued() async throws {
        let (pipeline, _) = try bench.pipeline([.status(204), .status(204)])
        let context = Stages.context().begun(at: bench.time.instant())
        bench.time.advance(by: .seconds(7))
        _ = try await pipeline.send(Stages.post("m 100"), context: context)
        _ = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        #expect(bench.ledger.settledHolds.map(\.queued) == [.seconds(7), .zero])
        #expect(context.begun(at: bench.time.instant()).startedAt == context.startedAt)
    }

    @Test("the wait for a turn counts, though no other stage has noted the start")
    func rateLimited() async throws {
        let metering = try bench.metering()
        let policy = RateLimitPolicy(requests: 1, per: .seconds(5), burst: 1)
        let pipeline = Pipeline(to: ScriptedTransport([.status(204), .status(204)])) {
            RateLimit(policy, time: bench.time)
            metering
        }
        _ = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        let second = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(1)
        bench.time.advance(by: .seconds(5))
        _ = try await second.value
        #expect(bench.ledger.settledHolds.map(\.queued) == [.zero, .seconds(5)])
    }

    @Test("a wall clock that jumps doesn't change what was queued")
    func clockJumps() async throws {
        let (pipeline, _) = try bench.pipeline([.status(204)])
        let context = Stages.context().begun(at: bench.time.instant())
        bench.time.jump(to: bench.time.now() - .seconds(86_400))
        bench.time.advance(by: .seconds(1))
        _ = try await pipeline.send(Stages.post("m 100"), context: context)
        #expect(bench.ledger.settledHolds.map(\.queued) == [.seconds(1)])
    }

    @Test("a hit says how long it took")
    func hit() async throws {
        let scene = CacheScene()
        let answer = ScriptedTransport.Step.body(200, headers: [.contentType: "text/event-stream"]) {
            ScriptedReader(chunks: ["data: 1\n\n", "data: [DONE]\n\n"])
        }
        let pipeline = scene.pipeline(ScriptedTransport([answer]))
        _ = try await scene.ask(pipeline)
        await scene.settle()
        let context = scene.context().begun(at: scene.time.instant())
        scene.time.advance(by: .milliseconds(3))
        _ = try await pipeline.send(CacheScene.chat(), context: context)
        #expect(scene.ledger.savings.map(\.duration) == [.milliseconds(3)])
    }
}
