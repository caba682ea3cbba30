import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite("Metering of videos", .timeLimit(.minutes(5)))
struct VideoMeteringTests {
    private let bench = VideoBench()
    private struct DiskFull: Error {}

    @Test("a job that runs on leaves its hold open, noted before the caller gets the answer")
    func accepted() async throws {
        let (pipeline, settlements) = try bench.process(ScriptedTransport([VideoBench.answer("queued")]))
        let response = try await pipeline.send(
            Request(.post, "/videos", body: Body(VideoBench.question)), context: bench.context())
        let job = ProviderJob(provider: "openai", id: "v1")
        let hold = try #require(try await bench.ledger.openHold(of: job))
        #expect(hold.upperBound == VideoBench.whole)
        #expect(hold.subject.route == "/videos" && hold.subject.model == "sora-2-pro")
        #expect(hold.expiresAt == bench.time.now() + .seconds(86_400))
        #expect(try await response.body.collect(upTo: 1_000) == Array(VideoBench.job("queued").utf8))
        let statement = try #require(response.facts[ReceiptFact.self]?.statement)
        #expect(statement.cost.status == "estimated" && statement.cost.upperBound == VideoBench.whole)
        await settlements.drain(within: .seconds(60))
        #expect(bench.ledger.settlements.isEmpty)
    }

    @Test("it is settled by what was delivered when it is completed, by the first poll that sees it")
    func completed() async throws {
        let upstream = ScriptedTransport(
            ["queued", "queued", "in_progress", "completed", "completed"].map { VideoBench.answer($0) })
        let (pipeline, _) = try bench.process(upstream)
        let start = bench.time.now()
        try await bench.create(pipeline)
        bench.time.advance(by: .seconds(60))
        for _ in 1...2 { try await bench.send(pipeline, .get, "/videos/v1") }
        #expect(bench.ledger.settlements.isEmpty)
        let (text, response) = try await bench.send(pipeline, .get, "/videos/v1")
        #expect(text == VideoBench.job("completed"))
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.cost == .exact(VideoBench.whole) && line.outcome == .served)
        #expect(line.items.map(\.variant) == ["1024p"] && line.items.map(\.count) == [8])
        #expect(line.executedModel == "sora-2-pro" && line.priceVersion != nil)
        #expect(line.settledAt == start + .seconds(60))
        #expect(response.facts[ReceiptFact.self]?.statement?.cost == line.cost)
        let again = try await bench.send(pipeline, .get, "/videos/v1").response
        #expect(again.facts[ReceiptFact.self] == nil)
        #expect(bench.ledger.settlements.count == 1 && bench.ledger.openHolds.isEmpty)
    }

    @Test("what was delivered counts, not what was asked for: size, seconds and the model that ran")
    func deliveredLess() async throws {
        let less = VideoBench.job("completed", seconds: "4", size: "720x1280")
        let other = VideoBench.job("completed", id: "v2", seconds: "4", size: "720x1280", model: "sora-2")
        let upstream = ScriptedTransport([
            VideoBench.answer("queued"), VideoBench.answer("queued", id: "v2"), .answer(200, less),
            .answer(200, other),
        ])
        let (pipeline, _) = try bench.process(upstream)
        for _ in 1...2 { try await bench.create(pipeline) }
        try await bench.send(pipeline, .get, "/videos/v1")
        try await bench.send(pipeline, .get, "/videos/v2")
        // 4 seconds at $0.30, and at $0.10.
        #expect(
            bench.ledger.settlements.map(\.cost) == [
                .exact(Money(picos: 1_200_000_000_000)), .exact(Money(picos: 400_000_000_000)),
            ])
    }

    @Test("a job that failed costs nothing; one that somebody cancelled is an estimate")
    func failed() async throws {
        let upstream = ScriptedTransport([
            VideoBench.answer("queued"), VideoBench.answer("failed"),
            VideoBench.answer("queued", id: "v2"), VideoBench.answer("cancelled", id: "v2"),
        ])
        let (pipeline, _) = try bench.process(upstream)
        for id in ["v1", "v2"] {
            try await bench.create(pipeline)
            try await bench.send(pipeline, .get, "/videos/\(id)")
        }
        let lines = bench.ledger.settlements
        #expect(lines.map(\.outcome) == [.refused, .abandoned])
        #expect(lines[0].cost == .nothing)
        #expect(lines[1].cost.status == "estimated" && lines[1].cost.upperBound == VideoBench.whole)
    }

    @Test("a completed job that doesn't say how long it is has the bound as its estimate")
    func completedWithoutLength() async throws {
        let bare = #"{"id":"v1","object":"video","model":"sora-2-pro","status":"completed"}"#
        let (pipeline, _) = try bench.process(
            ScriptedTransport([VideoBench.answer("queued"), .answer(200, bare)]))
        try await bench.create(pipeline)
        try await bench.send(pipeline, .get, "/videos/v1")
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.outcome == .served)
        #expect(line.cost.status == "estimated" && line.cost.upperBound == VideoBench.whole)
    }

    @Test("a job that is done at once is settled at once", arguments: ["completed", "failed"])
    func doneAtOnce(status: String) async throws {
        let (pipeline, _) = try bench.process(ScriptedTransport([VideoBench.answer(status)]))
        try await bench.create(pipeline)
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.cost == (status == "failed" ? .nothing : .exact(VideoBench.whole)))
        #expect(bench.ledger.openHolds.isEmpty)
    }

    @Test("pollers at the same time, in two processes, settle a job once", arguments: 0..<20)
    func concurrentPollers(round: Int) async throws {
        let (first, _) = try bench.process(ScriptedTransport([VideoBench.answer("queued")]))
        try await bench.create(first)
        let ledger = GatedLedger(bench.ledger) { _ in
            for _ in 0..<(round % 5) { await Task.yield() }
        }
        let told = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                let upstream = ScriptedTransport(Array(repeating: VideoBench.answer("completed"), count: 4))
                let (pipeline, _) = try bench.process(upstream, ledger: ledger)
                for _ in 0..<4 {
                    group.addTask { [bench] in
                        let answer = try await bench.send(pipeline, .get, "/videos/v1")
                        return answer.response.facts[ReceiptFact.self] != nil
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(VideoBench.whole)])
        #expect(told == 1)
    }

    @Test("a restart in between doesn't matter, and its sweep spares the job")
    func restart() async throws {
        do {
            let (pipeline, _) = try bench.process(ScriptedTransport([VideoBench.answer("queued")]))
            try await bench.create(pipeline)
        }
        bench.time.advance(by: .seconds(3_600))
        let (pipeline, settlements) = try bench.process(ScriptedTransport([VideoBench.answer("completed")]))
        #expect(try await settlements.sweep(bench.ledger) == 0)
        try await bench.send(pipeline, .get, "/videos/v1")
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(VideoBench.whole)])
        #expect(bench.ledger.settlements.map(\.settledAt) == [bench.time.now()])
    }

    @Test("a job whose end nobody asks for is an estimate when its time is over, and stays one")
    func expired() async throws {
        let (pipeline, settlements) = try bench.process(
            ScriptedTransport([VideoBench.answer("queued"), VideoBench.answer("completed")]))
        try await bench.create(pipeline)
        bench.time.advance(by: .seconds(86_399))
        #expect(try await settlements.sweep(bench.ledger) == 0)
        bench.time.advance(by: .seconds(1))
        #expect(try await settlements.sweep(bench.ledger) == 1)
        try await bench.send(pipeline, .get, "/videos/v1")
        let line = try #require(bench.ledger.settlements.first)
        #expect(bench.ledger.settlements.count == 1)
        #expect(line.cost.status == "estimated" && line.cost.upperBound == VideoBench.whole)
    }

    @Test("a job that the provider has forgotten is left to its expiry")
    func forgotten() async throws {
        let (pipeline, _) = try bench.process(
            ScriptedTransport([VideoBench.answer("queued"), .answer(404, "{}")]))
        try await bench.create(pipeline)
        #expect(try await bench.send(pipeline, .get, "/videos/v1").response.status.code == 404)
        #expect(bench.ledger.settlements.isEmpty && bench.ledger.openHolds.count == 1)
    }

    @Test(
        "before a job is removed, or its content fetched, its end is asked for, if nobody has",
        arguments: [
            HTTPRequest.Method.delete, .get,
        ])
    func askedFirst(method: HTTPRequest.Method) async throws {
        let path = method == .get ? "/videos/v1/content" : "/videos/v1"
        let upstream = ScriptedTransport([
            VideoBench.answer("queued"), VideoBench.answer("completed"), .answer(200, "done"),
            .answer(200, "done"),
        ])
        let (pipeline, _) = try bench.process(upstream)
        try await bench.create(pipeline)
        #expect(try await bench.send(pipeline, method, path).text == "done")
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(VideoBench.whole)])
        #expect(upstream.requests.map(\.head.path) == ["/videos", "/videos/v1", path])
        #expect(upstream.requests[1].head.method == .get)
        // It is settled: nothing more is asked.
        try await bench.send(pipeline, method, path)
        #expect(upstream.requests.count == 4 && bench.ledger.settlements.count == 1)
    }

    @Test(
        "a job that is removed while it runs is an estimate: nobody can learn more", arguments: [true, false])
    func removed(isGone: Bool) async throws {
        let upstream = ScriptedTransport([
            VideoBench.answer("queued"), VideoBench.answer("in_progress"),
            .answer(isGone ? 200 : 409, #"{"id":"v1","object":"video.deleted","deleted":true}"#),
            .answer(409, ""),
        ])
        let (pipeline, _) = try bench.process(upstream)
        try await bench.create(pipeline)
        let task = Task { try await bench.send(pipeline, .delete, "/videos/v1") }
        if !isGone {
            await bench.time.waitForSleepers(1)
            bench.time.advance(by: .seconds(60))
        }
        _ = try? await task.value
        #expect(bench.ledger.settlements.map(\.outcome) == (isGone ? [.abandoned] : []))
        #expect(bench.ledger.settlements.allSatisfy { $0.cost.upperBound == VideoBench.whole })
    }

    @Test("an answer that breaks off is no job: it is an estimate, and isn't sent again")
    func brokenAnswer() async throws {
        let upstream = ScriptedTransport([
            .body(200) {
                ScriptedReader([.chunk(Array(#"{"id":"v"#.utf8)), .fail(Failure(.connectionLost, ""))])
            }
        ])
        let (pipeline, settlements) = try bench.process(upstream)
        await #expect(throws: Failure.self) { try await bench.create(pipeline) }
        await settlements.drain(within: .seconds(60))
        #expect(upstream.requests.count == 1)
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
        #expect(bench.ledger.settlements[0].cost.upperBound == VideoBench.whole)
    }

    @Test("an answer that is too long to be a job passes, byte for byte")
    func longAnswer() async throws {
        let chunks = Array(repeating: String(repeating: "x", count: 700_000), count: 3)
        let (pipeline, settlements) = try bench.process(
            ScriptedTransport([
                .body(200) { ScriptedReader(chunks: chunks) }, .body(200) { ScriptedReader(chunks: chunks) },
            ]))
        #expect(try await bench.create(pipeline).text == chunks.joined())
        #expect(try await bench.send(pipeline, .get, "/videos/v1").text == chunks.joined())
        await settlements.drain(within: .seconds(60))
        #expect(bench.ledger.settlements.count == 1)
    }

    @Test("a caller that leaves while the job's answer is read leaves one line")
    func cancelledInside() async throws {
        let reading = Mutex(false)
        let upstream = ScriptedTransport([
            .body(200) { ScriptedReader([.wait { reading.withLock { $0 = true } }, .hang]) }
        ])
        let (pipeline, settlements) = try bench.process(upstream)
        let task = Task { try await bench.create(pipeline) }
        while !reading.withLock({ $0 }) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await settlements.drain(within: .seconds(60))
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
        #expect(bench.ledger.openHolds.isEmpty)
    }

    @Test("a job that can't be noted at first is noted later, and one that never can expires")
    func attachFails() async throws {
        let failures = Mutex(1)
        let ledger = GatedLedger(bench.ledger) { operation in
            let fails =
                operation == "attach"
                && failures.withLock { count in
                    count -= 1
                    return count >= 0
                }
            if fails { throw DiskFull() }
        }
        let upstream = ScriptedTransport([VideoBench.answer("queued"), VideoBench.answer("completed")])
        let (pipeline, settlements) = try bench.process(upstream, ledger: ledger)
        #expect(try await bench.create(pipeline).response.status == .ok)
        await bench.time.waitForSleepers(1)
        bench.time.advance(by: .seconds(1))
        await settlements.drain(within: .seconds(3_600))
        try await bench.send(pipeline, .get, "/videos/v1")
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(VideoBench.whole)])
    }

    @Test("a poll whose line can't be written at first leaves it for later, once")
    func settleFails() async throws {
        let failures = Mutex(["openHold": 1, "settle": 1])
        let ledger = GatedLedger(bench.ledger) { operation in
            let fails = failures.withLock { failures in
                failures[operation, default: 0] -= 1
                return failures[operation, default: 0] >= 0
            }
            if fails { throw DiskFull() }
        }
        let upstream = ScriptedTransport([VideoBench.answer("queued"), VideoBench.answer("completed")])
        let (pipeline, settlements) = try bench.process(upstream, ledger: ledger)
        try await bench.create(pipeline)
        let answer = try await bench.send(pipeline, .get, "/videos/v1")
        #expect(answer.response.facts[ReceiptFact.self] == nil)
        for _ in 1...2 {
            await bench.time.waitForSleepers(1)
            bench.time.advance(by: .seconds(1))
        }
        await settlements.drain(within: .seconds(3_600))
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(VideoBench.whole)])
    }

    @Test("a job counts against its budget with all that it can cost, until it has ended")
    func budget() async throws {
        let budget = Budget(name: "b", limit: Money(picos: VideoBench.whole.picos * 3 / 2))
        let upstream = ScriptedTransport([
            VideoBench.answer("queued"), VideoBench.answer("failed"),
            VideoBench.answer("queued", id: "v2"),
        ])
        let (pipeline, _) = try bench.process(upstream, budgets: [budget])
        try await bench.create(pipeline)
        await #expect(throws: Failure.self) { try await bench.create(pipeline) }
        try await bench.send(pipeline, .get, "/videos/v1")
        try await bench.create(pipeline)
        #expect(upstream.requests.count == 3)
    }

    @Test("a job of a model without a price is unknown to its end: what is held for it is no bound")
    func unpriced() async throws {
        let new = #"{"model":"new-video","prompt":"p","seconds":"8","size":"1024x1792"}"#
        let job = VideoBench.job("queued", model: "new-video")
        let upstream = ScriptedTransport([
            .answer(200, job), .answer(200, VideoBench.job("cancelled", model: "new-video")),
        ])
        let budget = Budget(name: "b", limit: VideoBench.whole)
        let (pipeline, _) = try bench.process(
            upstream, budgets: [budget], unpriced: .cap(Money(picos: 1_000_000)))
        let response = try await bench.create(pipeline, new).response
        #expect(response.facts[ReceiptFact.self]?.statement?.cost.status == "unknown")
        try await bench.send(pipeline, .get, "/videos/v1")
        #expect(bench.ledger.settlements.map(\.cost.status) == ["unknown"])
    }
}
