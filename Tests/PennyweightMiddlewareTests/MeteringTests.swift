import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MeteringTests {
    private let bench = MeteringBench()

    private func send(
        _ steps: [ScriptedTransport.Step], _ text: String = "m 100", ledger: (any Ledger)? = nil,
        policy: MeteringPolicy = MeteringPolicy()
    ) async throws -> Response {
        let (pipeline, _) = try bench.pipeline(steps, ledger: ledger, policy: policy)
        return try await pipeline.send(Stages.post(text), context: Stages.context())
    }

    /// Ten input tokens and a hundred output tokens: what `m 100` can cost at most.
    private let bound = Money(picos: 210_000_000)

    private func estimated(_ cost: Cost) -> Bool {
        if case .estimated(.zero, bound, _) = cost { true } else { false }
    }

    private func isUnknown(_ cost: Cost) -> Bool {
        if case .unknown = cost { true } else { false }
    }

    @Test("a complete answer with usage is exact, and its line is there when the caller sees the end")
    func exact() async throws {
        let response = try await send([bench.chunks("hel", "lo #m 10 ", "5.")])
        let receipt = try #require(response.facts[ReceiptFact.self])
        #expect(receipt.statement == nil)
        #expect(try await Stages.text(response.body) == "hello #m 10 5.")
        // Nothing is awaited between the end of the body and this look at the ledger.
        let line = try #require(bench.ledger.settlements.first)
        #expect(bench.ledger.settlements.count == 1)
        #expect(bench.ledger.openHolds.isEmpty)
        #expect(line.outcome == .served)
        #expect(line.cost == .exact(Money(picos: 20_000_000)))
        #expect(line.items.map(\.amount.picos) == [10_000_000, 10_000_000])
        #expect(line.executedModel == "m")
        #expect(line.priceVersion?.contains("p/m@2020-01-01") == true)
        #expect(line.status == 200)
        #expect(line.firstByteAt != nil)
        #expect(receipt.statement?.cost == line.cost)
        #expect(receipt.statement?.saved == .nothing)
        #expect(receipt.statement?.provider == "p")
    }

    @Test("the hold is written before the request leaves, with everything that is known of it")
    func hold() async throws {
        let (ledger, start) = (bench.ledger, bench.time.now())
        let upstream = ScriptedTransport([
            .custom { _, _ in
                #expect(ledger.openHolds.count == 1)
                return Response(.ok, body: Body("#m 1 1."))
            }
        ])
        let metering = try bench.metering()
        var context = Stages.context(account: "acme", deadline: bench.time.instant() + .seconds(60))
        context.attempt = 2
        context.tags = ["team": "a"]
        context[KeyLabel.self] = "key-1"
        let pipeline = Pipeline(to: upstream) { metering }
        let response = try await pipeline.send(Stages.post("m 100"), context: context)
        _ = try await Stages.text(response.body)
        let hold = try #require(ledger.settledHolds.first)
        #expect(hold.callID == context.id)
        #expect(hold.attempt == 2)
        #expect(hold.upperBound == bound)
        #expect(hold.openedAt == start)
        #expect(hold.expiresAt == start + .seconds(60 + 900))
        #expect(
            hold.subject
                == Subject(
                    account: "acme", key: "key-1", tags: ["team": "a"], provider: "p", model: "m",
                    route: "/chat/completions"))
    }

    @Test("an answer in memory is settled when its last byte is read, also by who reads no further")
    func declaredLength() async throws {
        let response = try await send([.answer(200, "#m 10 5.")])
        #expect(response.body.length == 8)
        let reader = try response.body.makeReader()
        _ = try await reader.read()
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(Money(picos: 20_000_000))])
    }

    @Test("an empty answer is settled though there is nothing to read; it has not even an end")
    func emptyAnswer() async throws {
        _ = try await send([.answer(204, "")])
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
        #expect(estimated(bench.ledger.settlements[0].cost))
    }

    @Test("a body that is shorter than declared was not complete")
    func short() async throws {
        let step = ScriptedTransport.Step.custom { _, _ in
            Response(.ok, body: Body(once: ScriptedReader(chunks: ["abc"]), length: 10))
        }
        _ = try await Stages.text(try await send([step]).body)
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
    }

    @Test("a complete answer without usage is estimated up to the bound")
    func noUsage() async throws {
        _ = try await Stages.text(try await send([bench.chunks("hello.")]).body)
        #expect(bench.ledger.settlements.map(\.outcome) == [.served])
        #expect(estimated(bench.ledger.settlements[0].cost))
    }

    @Test("without a bound it is unknown, never zero")
    func noBound() async throws {
        _ = try await Stages.text(try await send([bench.chunks("hello.")], "m").body)
        let line = try #require(bench.ledger.settlements.first)
        #expect(isUnknown(line.cost))
        #expect(line.cost.exactAmount == nil && line.cost.upperBound == nil)
    }

    @Test("usage of zero is exact")
    func zeroUsage() async throws {
        _ = try await Stages.text(try await send([bench.chunks("#m 0 0.")]).body)
        #expect(bench.ledger.settlements.map(\.cost) == [.nothing])
    }

    @Test("a caller that stops early leaves one estimated line, and the upstream is cancelled")
    func earlyStop() async throws {
        do {
            let reader = try await send([bench.chunks("hel", "lo", "#m 10 5.")]).body.makeReader()
            _ = try await reader.read()
        }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.abandoned])
        #expect(estimated(lines[0].cost))
        #expect(bench.log.events == ["cancelled"])
    }

    @Test("a caller that stops after the answer's own end is served, exactly")
    func stopAtEnd() async throws {
        do {
            let reader = try await send([bench.chunks("hello #m 10 5.", "")]).body.makeReader()
            _ = try await reader.read()
            reader.cancel()
        }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.served])
        #expect(lines.map(\.cost) == [.exact(Money(picos: 20_000_000))])
    }

    @Test("usage that was reported before a cut is a lower bound, never exact")
    func cutAfterUsage() async throws {
        let cut = bench.body([.chunk(Stages.bytes("hel#m 10 5;")), .fail(Failure(.connectionLost, ""))])
        let body = try await send([cut]).body
        await expect("connection_lost") { _ = try await Stages.text(body) }
        let unbounded = bench.body([.chunk(Stages.bytes("hel#m 10 5;")), .fail(Failure(.connectionLost, ""))])
        let other = try await send([unbounded], "m").body
        await expect("connection_lost") { _ = try await Stages.text(other) }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.abandoned, .abandoned])
        guard case .estimated(Money(picos: 20_000_000), bound, _) = lines[0].cost else {
            Issue.record("\(lines[0].cost)")
            return
        }
        #expect(lines[0].items.isEmpty)
        #expect(lines[0].usage?.tokens?.output == 5)
        #expect(isUnknown(lines[1].cost))
    }

    @Test("a body that is never read leaves one estimated line")
    func neverRead() async throws {
        do { _ = try await send([bench.chunks("hello #m 10 5.")]) }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.abandoned])
        #expect(estimated(lines[0].cost))
    }

    @Test("an upstream that breaks off leaves one estimated line, there when the caller sees the error")
    func upstreamFails() async throws {
        let step = bench.body([.chunk(Stages.bytes("hel")), .fail(Failure(.connectionLost, ""))])
        let body = try await send([step]).body
        await expect("connection_lost") { _ = try await Stages.text(body) }
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
        #expect(estimated(bench.ledger.settlements[0].cost))
    }

    @Test("a task that is cancelled in the middle leaves one line, and the settling is not cancelled")
    func cancelledInside() async throws {
        let ledger = FailingLedger(bench.ledger)
        let started = StageLog()
        let step = bench.body([.chunk(Stages.bytes("hel")), .wait { started.add("started") }, .hang])
        let body = try await send([step], ledger: ledger).body
        let task = Task { try await Stages.text(body) }
        #expect(await Stages.eventually { started.events == ["started"] })
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        #expect(await bench.lines().map(\.outcome) == [.abandoned])
        #expect(ledger.attempts.events == ["reserve", "settle"])
        #expect(bench.log.events == ["cancelled"])
    }

    @Test("an error that proves that nothing left voids the hold; another one doesn't")
    func transportThrows() async throws {
        let steps: [ScriptedTransport.Step] = [
            .fail(Failure(.connectionFailed, "", wasNeverSent: true)), .fail(Failure(.connectionLost, "")),
            .fail(FailingLedger.DiskFull()),
        ]
        for step in steps { #expect(await stageError { _ = try await send([step]) } != nil) }
        let lines = bench.ledger.settlements
        #expect(lines.map(\.outcome) == [.neverSent, .abandoned, .abandoned])
        #expect(lines[0].cost == .nothing)
        #expect(estimated(lines[1].cost) && estimated(lines[2].cost))
    }

    @Test("a caller that is cancelled while it waits for the head leaves one estimated line")
    func cancelledBeforeHead() async throws {
        let (pipeline, upstream) = try bench.pipeline([.hang])
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        #expect(await Stages.eventually { !upstream.requests.isEmpty })
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.abandoned])
        #expect(estimated(lines[0].cost))
    }

    @Test("a caller that is cancelled before the request leaves is charged nothing")
    func cancelledBeforeSending() async throws {
        let (pipeline, upstream) = try bench.pipeline([.status(200)])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        }
        await expect("CancellationError") { _ = try await task.value }
        #expect(await bench.lines().map(\.outcome) == [.neverSent])
        #expect(upstream.requests.isEmpty)
    }

    @Test("an error status is refused at once, read or not", arguments: [400, 401, 404, 429, 500, 503])
    func refused(status: Int) async throws {
        let response = try await send([.answer(status, "no #m 10 5.")])
        #expect(bench.ledger.settlements.map(\.outcome) == [.refused])
        #expect(bench.ledger.settlements.map(\.cost) == [.nothing])
        #expect(bench.ledger.settlements.map(\.status) == [status])
        #expect(response.facts[ReceiptFact.self]?.statement?.cost == .nothing)
        #expect(try await Stages.text(response.body) == "no #m 10 5.")
        #expect(await bench.lines().count == 1)
    }

    @Test("if the hold can't be written, nothing is sent")
    func reserveFails() async throws {
        let ledger = FailingLedger(bench.ledger, failingReserves: 1)
        let (pipeline, upstream) = try bench.pipeline([.status(200)], ledger: ledger)
        do {
            _ = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
            Issue.record("It was sent.")
        } catch {
            #expect(error.stageCode == "ledger_unavailable")
            #expect((error as? Failure)?.wasNeverSent == true)
        }
        #expect(upstream.requests.isEmpty)
        #expect(await bench.lines().isEmpty)
        #expect(ledger.attempts.events == ["reserve"])
    }

    @Test("what can't cost money passes, without a line and a receipt")
    func free() async throws {
        let (pipeline, _) = try bench.pipeline([.answer(200, "{}")])
        let response = try await pipeline.send(Request(.get, "/models"), context: Stages.context())
        #expect(response.facts[ReceiptFact.self] == nil)
        #expect(response.body.bytes != nil)
        #expect(bench.ledger.settledHolds.isEmpty && bench.ledger.openHolds.isEmpty)
    }

    @Test("an unpriced model is unknown by default, and refused by policy")
    func unpriced() async throws {
        _ = try await Stages.text(try await send([.answer(200, "#new 10 5.")], "new 100").body)
        #expect(bench.ledger.settlements.map(\.outcome) == [.served])
        #expect(isUnknown(bench.ledger.settlements[0].cost))
        let error = await stageError {
            _ = try await send([.status(200)], "new 100", policy: MeteringPolicy(unpriced: .refuse))
        }
        #expect(error == "unpriced")
        #expect(bench.ledger.openHolds.isEmpty)
    }

    @Test(
        "the model that ran decides the price; a dated snapshot falls back to the name, another model doesn't"
    )
    func executedModel() async throws {
        for model in ["dear", "m-2024-08-06", "m-0613", "m-mini", "mm", "m-1", "m-2024-preview", "other"] {
            _ = try await Stages.text(try await send([.answer(200, "#\(model) 10 5.")]).body)
        }
        let costs = bench.ledger.settlements.map(\.cost.exactAmount?.picos)
        #expect(costs == [200_000_000, 20_000_000, 20_000_000, nil, nil, nil, nil, nil])
    }

    @Test("each attempt of a retried call is a line of its own")
    func retried() async throws {
        let metering = try bench.metering()
        let upstream = ScriptedTransport([
            .answer(503, "", headers: [.retryAfter: "1"]), bench.chunks("#m 10 5."),
        ])
        let pipeline = Pipeline(to: upstream) {
            Retry(RetryPolicy(), time: bench.time, random: SeededRandom(seed: 1))
            metering
        }
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(1)
        bench.time.advance(by: .seconds(1))
        _ = try await Stages.text(try await task.value.body)
        #expect(bench.ledger.settlements.map(\.outcome) == [.absorbed, .served])
        #expect(bench.ledger.settledHolds.map(\.attempt) == [1, 2])
        #expect(Set(bench.ledger.settledHolds.map(\.callID)).count == 1)
        #expect(Set(bench.ledger.settledHolds.map(\.id)).count == 2)
        let total = try await bench.ledger.report(ReportQuery(by: .model)).total
        #expect(total.calls == 1)
        #expect(total.charged.picos == 20_000_000)
    }

    @Test("with Drain outside, a caller that leaves is charged exactly", arguments: [true, false])
    func drained(isEarly: Bool) async throws {
        let metering = try bench.metering()
        let tasks = BackgroundTasks(limit: 4)
        let pipeline = Pipeline(to: ScriptedTransport([bench.chunks("hel", "lo", "#m 10 5.")])) {
            Drain(DrainPolicy(), tasks: tasks, time: bench.time)
            metering
        }
        do {
            let body = try await pipeline.send(Stages.post("m 100"), context: Stages.context()).body
            if !isEarly { _ = try await body.makeReader().read() }
        }
        await tasks.drain(within: .seconds(60), time: bench.time)
        #expect(bench.ledger.settlements.map(\.cost) == [.exact(Money(picos: 20_000_000))])
        #expect(bench.log.events.isEmpty)
    }
}
