import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite(.timeLimit(.minutes(5)))
struct DeadlineTests {
    private let time = ManualTime()
    private let log = StageLog()

    private func pipeline(_ steps: [ScriptedTransport.Step], limit: Duration? = .seconds(10)) -> (
        Pipeline, ScriptedTransport
    ) {
        let upstream = ScriptedTransport(steps)
        return (Pipeline(to: upstream) { Deadline(limit: limit, time: time) }, upstream)
    }

    @Test("the earlier of the caller's deadline and the limit goes down the pipeline")
    func earlier() async throws {
        let (pipeline, upstream) = pipeline([.status(200), .status(200), .status(200)])
        let now = time.instant()
        for deadline in [nil, now + .seconds(5), now + .seconds(50)] {
            _ = try await pipeline.send(Stages.post(), context: Stages.context(deadline: deadline))
        }
        #expect(
            upstream.contexts.map(\.deadline) == [now + .seconds(10), now + .seconds(5), now + .seconds(10)])
    }

    @Test("without a limit and a deadline nothing is bounded, and no timer runs")
    func unbounded() async throws {
        let (pipeline, upstream) = pipeline([.status(200)], limit: nil)
        _ = try await pipeline.send(Stages.post(), context: Stages.context())
        #expect(upstream.contexts.map(\.deadline) == [nil])
        #expect(time.sleeperCount == 0)
    }

    @Test("no answer in time is a failure, and cancels what is further in")
    func noHead() async {
        let (pipeline, _) = pipeline([.hang])
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(10))
        await expect("deadline_exceeded") { _ = try await task.value }
    }

    @Test("a deadline that has passed is a failure, and nothing is sent")
    func passed() async {
        let (pipeline, upstream) = pipeline([.status(200)])
        do {
            _ = try await pipeline.send(Stages.post(), context: Stages.context(deadline: time.instant()))
            Issue.record("It was sent.")
        } catch {
            #expect(error.stageCode == "deadline_exceeded")
            #expect((error as? Failure)?.wasNeverSent == true)
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test("a body that is not complete in time breaks off with the failure, and the upstream is cancelled")
    func lateBody() async throws {
        let (pipeline, _) = pipeline([
            .body(200) { [log] in ScriptedReader([.chunk([1]), .hang]) { log.add("cancelled") } }
        ])
        let response = try await pipeline.send(Stages.post(), context: Stages.context())
        let reader = try response.body.makeReader()
        #expect(try await reader.read() == [1])
        let task = Task { try await reader.read() }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(10))
        await expect("deadline_exceeded") { _ = try await task.value }
        await expect("deadline_exceeded") { _ = try await reader.read() }
        #expect(log.events == ["cancelled"])
    }

    @Test("a slow reader meets the deadline, too")
    func slowReader() async throws {
        let (pipeline, _) = pipeline([.body(200) { ScriptedReader([.chunk([1]), .chunk([2])]) }])
        let reader = try await pipeline.send(Stages.post(), context: Stages.context()).body.makeReader()
        #expect(try await reader.read() == [1])
        time.advance(by: .seconds(10))
        await expect("deadline_exceeded") { _ = try await reader.read() }
    }

    @Test("a body in time passes unchanged, and one in memory stays in memory")
    func inTime() async throws {
        let (pipeline, _) = pipeline([
            .body(200) { ScriptedReader(chunks: ["a", "b"]) }, .answer(200, "{}"),
        ])
        let streamed = try await pipeline.send(Stages.post(), context: Stages.context())
        #expect(try await Stages.text(streamed.body) == "ab")
        let plain = try await pipeline.send(Stages.post(), context: Stages.context())
        #expect(plain.body.bytes == Stages.bytes("{}"))
    }

    @Test("dropping the body cancels the upstream")
    func dropped() async throws {
        let (pipeline, _) = pipeline([
            .body(200) { [log] in ScriptedReader([.chunk([1])]) { log.add("cancelled") } }
        ])
        _ = try await pipeline.send(Stages.post(), context: Stages.context())
        #expect(log.events == ["cancelled"])
    }

    @Test("a cancelled caller gets CancellationError, before the head and within the body")
    func cancelled() async throws {
        let (pipeline, _) = pipeline([.hang, .body(200) { ScriptedReader([.hang]) }])
        let head = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        head.cancel()
        await expect("CancellationError") { _ = try await head.value }
        let reader = try await pipeline.send(Stages.post(), context: Stages.context()).body.makeReader()
        let body = Task { try await reader.read() }
        body.cancel()
        await expect("CancellationError") { _ = try await body.value }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct IdleTimeoutTests {
    private let time = ManualTime()
    private let log = StageLog()
    private let policy = IdleTimeoutPolicy(beforeFirst: .seconds(30), between: .seconds(5))

    private func pipeline(_ steps: [ScriptedTransport.Step]) -> Pipeline {
        Pipeline(to: ScriptedTransport(steps)) { IdleTimeout(policy, time: time) }
    }

    @Test("silence before the head is a failure")
    func noHead() async {
        let pipeline = pipeline([.hang])
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(30))
        await expect("idle_timeout") { _ = try await task.value }
    }

    @Test("silence between two chunks is a failure, and the upstream is cancelled")
    func silence() async throws {
        let pipeline = pipeline([
            .body(200) { [log] in ScriptedReader([.chunk([1]), .hang]) { log.add("cancelled") } }
        ])
        let reader = try await pipeline.send(Stages.post(), context: Stages.context()).body.makeReader()
        #expect(try await reader.read() == [1])
        let task = Task { try await reader.read() }
        #expect(
            await Stages.eventually {
                time.advance(by: .milliseconds(10))
                return log.events == ["cancelled"]
            })
        await expect("idle_timeout") { _ = try await task.value }
    }

    @Test("the first chunk may take longer than the others")
    func firstChunk() async throws {
        let (time, log) = (time, log)
        let pipeline = pipeline([
            .body(200) {
                ScriptedReader([.wait { try await time.sleep(for: .seconds(20)) }, .chunk([1])]) {
                    log.add("cancelled")
                }
            }
        ])
        let reader = try await pipeline.send(Stages.post(), context: Stages.context()).body.makeReader()
        let task = Task { try await reader.read() }
        await time.waitForSleepers(2)
        time.advance(by: .seconds(20))
        #expect(try await task.value == [1])
        #expect(try await reader.read() == nil)
        #expect(log.events.isEmpty)
    }

    @Test("a caller that reads slowly is not silence")
    func slowCaller() async throws {
        let pipeline = pipeline([.body(200) { ScriptedReader(chunks: ["a", "b", "c"]) }])
        let reader = try await pipeline.send(Stages.post(), context: Stages.context()).body.makeReader()
        for text in ["a", "b", "c"] {
            time.advance(by: .seconds(3_600))
            #expect(try await reader.read() == Stages.bytes(text))
        }
        #expect(try await reader.read() == nil)
    }

    @Test("many chunks leave one sleeper, and none when the stage is gone")
    func noLeak() async throws {
        do {
            let chunks = (0..<1_000).map { "\($0 % 10)" }
            let pipeline = pipeline([.body(200) { ScriptedReader(chunks: chunks) }])
            let response = try await pipeline.send(Stages.post(), context: Stages.context())
            #expect(try await Stages.text(response.body) == chunks.joined())
            #expect(time.sleeperCount <= 1)
        }
        #expect(await Stages.eventually { time.sleeperCount == 0 })
    }
}
