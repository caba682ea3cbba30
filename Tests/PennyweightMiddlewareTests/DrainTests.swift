import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite(.timeLimit(.minutes(5)))
struct DrainTests {
    private let time = ManualTime()
    private let log = StageLog()
    private let tasks = BackgroundTasks(limit: 10)

    private func pipeline(_ steps: [ScriptedTransport.Step], _ policy: DrainPolicy = DrainPolicy())
        -> Pipeline
    {
        Pipeline(to: ScriptedTransport(steps)) {
            Drain(policy, tasks: tasks, time: time)
            Watching(log: log)
        }
    }

    /// Notes what passes further in, and how it ends.
    private struct Watching: Middleware {
        let log: StageLog

        func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
            var response = try await next(request, context)
            guard response.body.bytes == nil else { return response }
            let log = log
            response.body = try response.body.watched(
                onChunk: { log.add(String(decoding: $0, as: UTF8.self)) },
                onEnd: { end in
                    switch end {
                    case .complete: log.add("complete")
                    case .failed: log.add("failed")
                    case .abandoned: log.add("abandoned")
                    }
                })
            return response
        }
    }

    private func drained() async { await tasks.drain(within: .seconds(600), time: time) }

    private func send(_ pipeline: Pipeline) async throws -> Response {
        try await pipeline.send(Stages.post(), context: Stages.context())
    }

    @Test("a caller that stays gets every chunk, and nothing is left to do")
    func stays() async throws {
        let pipeline = pipeline([.body(200) { ScriptedReader(chunks: ["a", "b", "c"]) }])
        #expect(try await Stages.text(try await send(pipeline).body) == "abc")
        #expect(log.events == ["a", "b", "c", "complete"])
        #expect(tasks.count == 0)
    }

    @Test("an answer in memory stays in memory")
    func inMemory() async throws {
        #expect(try await send(pipeline([.answer(200, "{}")])).body.bytes == Stages.bytes("{}"))
    }

    @Test("a body that is dropped is read to its end in the background")
    func dropped() async throws {
        let pipeline = pipeline([.body(200) { ScriptedReader(chunks: ["a", "b", "c"]) }])
        do {
            let reader = try await send(pipeline).body.makeReader()
            #expect(try await reader.read() == Stages.bytes("a"))
        }
        await drained()
        #expect(log.events == ["a", "b", "c", "complete"])
    }

    @Test("a body that is never read, or cancelled twice, is read to its end once", arguments: [true, false])
    func neverRead(isCancelled: Bool) async throws {
        let pipeline = pipeline([.body(200) { ScriptedReader(chunks: ["a", "b"]) }])
        do {
            let body = try await send(pipeline).body
            if isCancelled {
                let reader = try body.makeReader()
                reader.cancel()
                reader.cancel()
                await expect("CancellationError") { _ = try await reader.read() }
            }
        }
        await drained()
        #expect(log.events == ["a", "b", "complete"])
    }

    @Test("a caller that is cancelled while it waits for the head is free at once, and the answer is read on")
    func beforeHead() async throws {
        let time = time
        let pipeline = pipeline([
            .custom { _, _ in
                try await time.sleep(for: .seconds(5))
                return Response(.ok, body: Body(once: ScriptedReader(chunks: ["a", "b"])))
            }
        ])
        let caller = Task { try await send(pipeline) }
        await time.waitForSleepers(1)
        caller.cancel()
        await expect("CancellationError") { _ = try await caller.value }
        #expect(log.events.isEmpty)
        await time.waitForSleepers(2)
        time.advance(by: .seconds(5))
        await drained()
        #expect(log.events == ["a", "b", "complete"])
    }

    @Test(
        "a caller that is cancelled within a read is free at once, and the chunk under way isn't lost"
    )
    func withinRead() async throws {
        let time = time
        let pipeline = pipeline([
            .body(200) {
                ScriptedReader([
                    .chunk(Stages.bytes("a")), .wait { try await time.sleep(for: .seconds(5)) },
                    .chunk(Stages.bytes("b")), .chunk(Stages.bytes("c")),
                ])
            }
        ])
        let caller = Task {
            let reader = try await send(pipeline).body.makeReader()
            while try await reader.read() != nil {}
        }
        await time.waitForSleepers(1)
        caller.cancel()
        await expect("CancellationError") { try await caller.value }
        #expect(log.events == ["a"])
        await time.waitForSleepers(2)
        time.advance(by: .seconds(5))
        await drained()
        #expect(log.events == ["a", "b", "c", "complete"])
    }

    @Test("beyond the patience the exchange is cancelled", arguments: [true, false])
    func impatience(isHead: Bool) async throws {
        let cancelled = StageLog()
        let step: ScriptedTransport.Step =
            isHead
            ? .custom { [time] _, _ in
                do { try await time.sleep(for: .seconds(3_600)) } catch {
                    cancelled.add("cancelled")
                    throw error
                }
                return Response(.ok)
            }
            : .body(200) { [time] in
                ScriptedReader([.wait { try await time.sleep(for: .seconds(3_600)) }]) {
                    cancelled.add("cancelled")
                }
            }
        let pipeline = pipeline([step], DrainPolicy(patience: .seconds(30)))
        let caller = Task { try await Stages.text(try await send(pipeline).body) }
        await time.waitForSleepers(1)
        caller.cancel()
        await expect("CancellationError") { _ = try await caller.value }
        await time.waitForSleepers(2)
        time.advance(by: .seconds(30))
        await drained()
        #expect(cancelled.events == ["cancelled"])
        #expect(isHead || log.events == ["abandoned"])
    }

    @Test("without any patience the exchange is cancelled at once", arguments: [true, false])
    func noPatience(isHead: Bool) async throws {
        let cancelled = StageLog()
        let step: ScriptedTransport.Step =
            isHead
            ? .custom { [time] _, _ in
                do { try await time.sleep(for: .seconds(3_600)) } catch {
                    cancelled.add("cancelled")
                    throw error
                }
                return Response(.ok)
            }
            : .body(200) { [time] in
                ScriptedReader([.wait { try await time.sleep(for: .seconds(3_600)) }]) {
                    cancelled.add("cancelled")
                }
            }
        let pipeline = pipeline([step], DrainPolicy(patience: .zero))
        let caller = Task { try await Stages.text(try await send(pipeline).body) }
        await time.waitForSleepers(1)
        caller.cancel()
        await expect("CancellationError") { _ = try await caller.value }
        await drained()
        for _ in 1...1_000 where cancelled.events.isEmpty { await Task.yield() }
        #expect(cancelled.events == ["cancelled"])
    }

    @Test("beyond the limit in bytes the exchange is cancelled")
    func limit() async throws {
        let pipeline = pipeline(
            [.body(200) { ScriptedReader(chunks: ["aa", "bb", "cc", "dd", "ee"]) }],
            DrainPolicy(limitBytes: 4))
        do {
            let reader = try await send(pipeline).body.makeReader()
            #expect(try await reader.read() == Stages.bytes("aa"))
        }
        await drained()
        #expect(log.events == ["aa", "bb", "cc", "dd", "abandoned"])
    }

    @Test("if there is no room in the background, the exchange is cancelled at once")
    func noRoom() async throws {
        let full = BackgroundTasks(limit: 0)
        let pipeline = Pipeline(
            to: ScriptedTransport([.body(200) { ScriptedReader(chunks: ["a", "b"]) }, .hang])
        ) {
            Drain(DrainPolicy(), tasks: full, time: time)
            Watching(log: log)
        }
        do { _ = try await send(pipeline) }
        #expect(log.events == ["abandoned"])
        let caller = Task { try await send(pipeline) }
        caller.cancel()
        await expect("CancellationError") { _ = try await caller.value }
    }

    @Test("errors and the end come through as they are")
    func errors() async throws {
        let pipeline = pipeline([
            .fail(Failure(.connectionFailed, "")),
            .body(200) { ScriptedReader([.chunk([97]), .fail(Failure(.connectionLost, ""))]) },
        ])
        await expect("connection_failed") { _ = try await send(pipeline) }
        let reader = try await send(pipeline).body.makeReader()
        #expect(try await reader.read() == [97])
        await expect("connection_lost") { _ = try await reader.read() }
        #expect(log.events == ["a", "failed"])
        #expect(tasks.count == 0)
    }

    @Test(
        "cancelled anywhere, every chunk passes once further in, and the caller's are a beginning of them",
        arguments: 1...60 as ClosedRange<UInt64>)
    func anyPoint(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let chunks = (0..<Int(random.next(below: 12))).map { "\($0)," }
        let pauses = chunks.map { _ in Int(random.next(below: 6)) }
        let steps = zip(chunks, pauses).flatMap { chunk, pause -> [ScriptedReader.Step] in
            [
                .wait { for _ in 0..<pause { await Task.yield() } }, .chunk(Stages.bytes(chunk)),
            ]
        }
        let headPause = Int(random.next(below: 8))
        let patience = Int(random.next(below: 60))
        let pipeline = pipeline([
            .custom { _, _ in
                for _ in 0..<headPause { await Task.yield() }
                return Response(.ok, body: Body(once: ScriptedReader(steps)))
            }
        ])
        let seen = StageLog()
        let caller = Task {
            let reader = try await send(pipeline).body.makeReader()
            while let chunk = try await reader.read() { seen.add(String(decoding: chunk, as: UTF8.self)) }
            seen.add("end")
        }
        for _ in 0..<patience { await Task.yield() }
        caller.cancel()
        let error = await stageError { try await caller.value }
        #expect(error == nil || error == "CancellationError", "seed \(seed)")
        // A cancelled caller may not have got as far as sending.
        if log.events.isEmpty, error != nil {
            _ = await Stages.eventually { !log.events.isEmpty || tasks.count == 0 }
        }
        await drained()
        if !log.events.isEmpty { #expect(log.events == chunks + ["complete"], "seed \(seed)") }
        let all = chunks + ["end"]
        #expect(seen.events == Array(all.prefix(seen.events.count)), "seed \(seed)")
        #expect((error == nil) == (seen.events.last == "end"), "seed \(seed)")
    }
}
