import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SettlementsTests {
    private func settle(_ ledger: FailingLedger, _ bench: MeteringBench) async throws {
        let (pipeline, _) = try bench.pipeline([bench.chunks("#m 10 5.")], ledger: ledger)
        let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        _ = try await Stages.text(response.body)
    }

    @Test("a settlement that fails at first is tried again until it is durable, once")
    func triedAgain() async throws {
        let bench = MeteringBench()
        let ledger = FailingLedger(bench.ledger, failingSettles: 2)
        try await settle(ledger, bench)
        // The caller has its answer, although the line isn't there yet.
        #expect(bench.ledger.openHolds.count == 1)
        for _ in 1...2 {
            await bench.time.waitForSleepers(1)
            bench.time.advance(by: .seconds(1))
        }
        #expect(await bench.lines().map(\.outcome) == [.served])
        #expect(ledger.attempts.count(of: "settle") == 3)
        #expect(bench.critical.events.isEmpty)
    }

    @Test("a settlement that keeps failing is logged as critical, and its hold stays for the sweep")
    func keepsFailing() async throws {
        let bench = MeteringBench(maximumAttempts: 3)
        let ledger = FailingLedger(bench.ledger, failingSettles: 100)
        try await settle(ledger, bench)
        for _ in 1...2 {
            await bench.time.waitForSleepers(1)
            bench.time.advance(by: .seconds(10))
        }
        #expect(await bench.lines().isEmpty)
        #expect(bench.critical.events.count == 1)
        #expect(ledger.attempts.count(of: "settle") == 3)
        #expect(bench.ledger.openHolds.count == 1)
        bench.time.advance(by: .seconds(3_600))
        #expect(try await bench.settlements.sweep(ledger) == 1)
        #expect(bench.ledger.settlements.map(\.outcome) == [.abandoned])
        #expect(try await ledger.sweep(at: bench.time.now()) == 0)
    }

    @Test("a sweep spares a call that outlasts its hold, or a wall clock that jumps")
    func outlasting() async throws {
        let bench = MeteringBench()
        let (pipeline, _) = try bench.pipeline([bench.chunks("hel", "lo #m 10 5.")])
        let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        let reader = try response.body.makeReader()
        _ = try await reader.read()
        bench.time.advance(by: .seconds(86_400))
        #expect(try await bench.settlements.sweep(bench.ledger) == 0)
        while try await reader.read() != nil {}
        #expect(await bench.lines().map(\.cost) == [.exact(Money(picos: 20_000_000))])
    }

    @Test("when a shutdown's patience is over, there is one last try")
    func shutdown() async throws {
        let bench = MeteringBench()
        let ledger = FailingLedger(bench.ledger, failingSettles: 1)
        try await settle(ledger, bench)
        await bench.time.waitForSleepers(1)
        // No time passes for the settlement: its sleep is cancelled by the shutdown.
        await bench.settlements.drain(within: .zero)
        #expect(bench.ledger.settlements.map(\.outcome) == [.served])
        #expect(bench.settlements.count == 0)
    }

    @Test("submitting doesn't wait, draining does")
    func submit() async throws {
        let bench = MeteringBench()
        let hold = Hold(
            id: SortableID(high: 1, low: 1), callID: Stages.callID, attempt: 1,
            subject: Subject(account: "a", provider: "p", model: "m", route: "/"), upperBound: nil,
            openedAt: bench.time.now(), expiresAt: bench.time.now())
        try await bench.ledger.reserve(hold)
        let line = Settlement(holdID: hold.id, outcome: .served, cost: .nothing, settledAt: bench.time.now())
        bench.settlements.submit(line, in: bench.ledger)
        await bench.settlements.drain(within: .seconds(60))
        #expect(bench.ledger.settlements == [line])
    }
}

@Suite(.timeLimit(.minutes(5)))
struct MemoryLedgerTests {
    private let start = Timestamp(seconds: 1_767_225_600)

    private func hold(
        _ number: UInt64, call: UInt64? = nil, model: String = "m", bound: Int64? = 100,
        at time: Timestamp? = nil,
        tags: [String: String] = [:], key: String? = nil
    ) -> Hold {
        let opened = time ?? start
        return Hold(
            id: SortableID(high: 0, low: number), callID: SortableID(high: 1, low: call ?? number),
            attempt: call == number || call == nil ? 1 : 2,
            subject: Subject(account: "a", key: key, tags: tags, provider: "p", model: model, route: "/"),
            upperBound: bound.map { Money(picos: $0) }, openedAt: opened, expiresAt: opened + .seconds(60))
    }

    private func line(_ number: UInt64, _ cost: Cost, model: String? = nil, usage: Usage? = nil) -> Settlement
    {
        Settlement(
            holdID: SortableID(high: 0, low: number), outcome: .served, cost: cost, usage: usage,
            executedModel: model, settledAt: start)
    }

    @Test("reserving and settling again change nothing: the first line stands")
    func idempotent() async throws {
        let ledger = MemoryLedger(limit: 10)
        try await ledger.reserve(hold(1))
        try await ledger.reserve(hold(1))
        #expect(ledger.openHolds.count == 1)
        #expect(try await ledger.settle(line(1, .exact(Money(picos: 5)))))
        #expect(try await ledger.settle(line(1, .exact(Money(picos: 9)))) == false)
        try await ledger.reserve(hold(1))
        #expect(ledger.openHolds.isEmpty)
        #expect(ledger.settlements.map(\.cost) == [.exact(Money(picos: 5))])
    }

    @Test("a settlement without a hold is an error, not a line")
    func noHold() async {
        let ledger = MemoryLedger(limit: 10)
        await expect("storage") { try await ledger.settle(line(1, .nothing)) }
        #expect(ledger.settlements.isEmpty)
    }

    @Test("a sweep closes what has expired, as estimated or unknown")
    func sweep() async throws {
        let ledger = MemoryLedger(limit: 10)
        try await ledger.reserve(hold(1))
        try await ledger.reserve(hold(2, bound: nil))
        try await ledger.reserve(hold(3, at: start + .seconds(3_600)))
        #expect(try await ledger.sweep(at: start + .seconds(61)) == 2)
        #expect(ledger.openHolds.count == 1)
        #expect(ledger.settlements.map(\.outcome) == [.abandoned, .abandoned])
        #expect(ledger.settlements.map(\.cost.status) == ["estimated", "unknown"])
        #expect(try await ledger.settle(line(1, .nothing)) == false)
    }

    @Test("when it is full, nothing more is reserved, but what is open is settled")
    func full() async throws {
        let ledger = MemoryLedger(limit: 1)
        try await ledger.reserve(hold(1))
        await expect("ledger_unavailable") { try await ledger.reserve(hold(2)) }
        #expect(try await ledger.settle(line(1, .nothing)))
    }

    private func filled() async throws -> MemoryLedger {
        let ledger = MemoryLedger(limit: 100)
        var tokens = TokenUsage(input: 10, output: 5)
        tokens.cachedInput = 4
        tokens.reasoning = 2
        let usage = Usage(tokens: tokens)
        let day = start + .seconds(86_400)
        try await ledger.reserve(hold(1, call: 1, tags: ["t": "x", "u": "y"], key: "k"))
        try await ledger.reserve(hold(2, call: 1, tags: ["t": "x"], key: "k"))
        try await ledger.reserve(hold(3, model: "n", at: day))
        try await ledger.reserve(hold(4, model: "n", at: day))
        try await ledger.settle(line(1, .unknown(reason: "?")))
        try await ledger.settle(line(2, .exact(Money(picos: 30)), model: "m-1", usage: usage))
        let range = Cost.estimated(lower: Money(picos: 1), upper: Money(picos: 7), reason: "?")
        try await ledger.settle(line(3, range))
        ledger.enqueue(
            Saving(
                callID: SortableID(high: 1, low: 9), subject: hold(9, model: "n").subject, source: .hit,
                usage: usage, avoided: .exact(Money(picos: 30)), executedModel: nil, at: day)
        ) { _ in }
        return ledger
    }

    @Test("totals count each call once, and keep exact, estimated and unknown apart")
    func totals() async throws {
        let report = try await filled().report(ReportQuery(by: .model))
        let total = report.total
        #expect(total.calls == 3)
        #expect(total.hits == 1)
        #expect([total.input, total.cachedInput, total.output, total.reasoning] == [10, 4, 5, 2])
        #expect(total.charged.picos == 30)
        #expect(total.avoided.picos == 30)
        #expect(total.estimatedLower.picos == 1 && total.estimatedUpper.picos == 7)
        #expect(total.unknown == 1)
        #expect(report.openHolds == 1)
        #expect(report.rows.map { $0.group[0] } == ["m-1", "m", "n"])
        #expect(report.rows.map(\.totals.calls) == [0, 1, 2])
        #expect(report.rows.map(\.totals.attempts) == [1, 1, 1])
    }

    @Test("rows by day, key and tag")
    func groups() async throws {
        let ledger = try await filled()
        let days = try await ledger.report(ReportQuery(by: .day)).rows
        #expect(days.map { $0.group[0] } == ["2026-01-01", "2026-01-02"])
        #expect(days.map(\.totals.calls) == [1, 2])
        let keys = try await ledger.report(ReportQuery(by: .key)).rows
        #expect(keys.map { $0.group[0] } == ["k", "(none)"])
        let tags = try await ledger.report(ReportQuery(by: .tag)).rows
        #expect(tags.map { $0.group[0] } == ["t=x", "(none)", "u=y"])
        #expect(tags.map(\.totals.calls) == [1, 2, 1])
    }

    @Test("counts of tokens that no integer can hold together end at the largest")
    func manyTokens() async throws {
        let ledger = MemoryLedger(limit: 10)
        let usage = Usage(tokens: TokenUsage(input: .max, output: .max))
        for number in 1...2 as ClosedRange<UInt64> {
            try await ledger.reserve(hold(number))
            try await ledger.settle(line(number, .nothing, usage: usage))
        }
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.input == .max)
        #expect(total.output == .max)
    }

    @Test("only calls since a point in time")
    func since() async throws {
        let query = ReportQuery(by: .model, since: start + .seconds(3_600))
        let total = try await filled().report(query).total
        #expect(total.calls == 2)
        #expect(total.charged == .zero)
    }
}
