import Logging
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Renewal of holds", .timeLimit(.minutes(5)))
struct RenewalTests {
    private let bench = MeteringBench()

    private func hold(_ number: UInt64, bound: Int64? = nil) async throws -> Hold {
        let now = bench.time.now()
        let hold = Hold(
            id: SortableID(high: 0, low: number), callID: Stages.callID, attempt: 1,
            subject: Subject(account: "a", provider: "p", model: "m", route: "/"),
            upperBound: bound.map { Money(picos: $0) }, openedAt: now, expiresAt: now + .seconds(900))
        try await bench.ledger.reserve(hold)
        return hold
    }

    private func reading() async throws -> any BodyReader {
        let (pipeline, _) = try bench.pipeline([bench.chunks("hel", "lo #m 10 5.")])
        let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        let reader = try response.body.makeReader()
        _ = try await reader.read()
        return reader
    }

    @Test("an answer that goes on for hours is swept by no process, as long as its own one renews")
    func longStream() async throws {
        let reader = try await reading()
        for _ in 0..<600 {
            bench.time.advance(by: .seconds(60))
            try await bench.settlements.sweep(bench.ledger)
            // Another process sweeps the same ledger, and knows nothing of what is in use here.
            #expect(try await bench.ledger.sweep(at: bench.time.now()) == 0)
        }
        while try await reader.read() != nil {}
        #expect(await bench.lines().map(\.cost) == [.exact(Money(picos: 20_000_000))])
    }

    @Test("a hold far from its end is left alone, and one that is settled isn't renewed any more")
    func nearTheEndOnly() async throws {
        let ledger = HookedLedger(bench.ledger)
        let reader = try await reading()
        #expect(try await bench.settlements.renew(ledger) == 0)
        bench.time.advance(by: .seconds(451))
        #expect(try await bench.settlements.renew(ledger) == 1)
        #expect(try await bench.settlements.renew(ledger) == 0)
        while try await reader.read() != nil {}
        bench.time.advance(by: .seconds(86_400))
        #expect(try await bench.settlements.renew(ledger) == 0)
        #expect(ledger.log.events == ["renew"])
    }

    @Test("many holds are renewed in pages, each once, and cancelling ends it before the next")
    func pages() async throws {
        for number in 1...990 as ClosedRange<UInt64> {
            bench.settlements.follow(try await hold(number))
        }
        let ledger = HookedLedger(bench.ledger)
        bench.time.advance(by: .seconds(899))
        #expect(try await bench.settlements.renew(ledger) == 990)
        #expect(ledger.renewed.map(\.count) == [500, 490])
        #expect(Set(ledger.renewed.joined()).count == 990)
        #expect(try await bench.ledger.sweep(at: bench.time.now() + .seconds(600)) == 0)
        bench.time.advance(by: .seconds(899))
        let other = HookedLedger(bench.ledger) { _ in withUnsafeCurrentTask { $0?.cancel() } }
        let task = Task { [bench] in try await bench.settlements.renew(other) }
        await expect("CancellationError") { _ = try await task.value }
        #expect(other.renewed.map(\.count) == [500])
        // What was renewed before the end is known.
        #expect(try await bench.settlements.renew(ledger) == 490)
    }

    @Test("a wall clock that jumps forward or back loses no hold that is in use")
    func clockJumps() async throws {
        let reader = try await reading()
        let start = bench.time.now()
        bench.time.jump(to: start + .seconds(30 * 86_400))
        #expect(try await bench.settlements.sweep(bench.ledger) == 0)
        bench.time.jump(to: start - .seconds(30 * 86_400))
        #expect(try await bench.settlements.sweep(bench.ledger) == 0)
        bench.time.jump(to: start + .seconds(60 * 86_400))
        #expect(try await bench.settlements.sweep(bench.ledger) == 0)
        while try await reader.read() != nil {}
        #expect(await bench.lines().map(\.cost) == [.exact(Money(picos: 20_000_000))])
    }

    @Test("a ledger that can't be written is not swept: nothing in use is closed by mistake")
    func renewalFails() async throws {
        let reader = try await reading()
        let ledger = HookedLedger(bench.ledger) { if $0 == "renew" { throw FailingLedger.DiskFull() } }
        bench.time.advance(by: .seconds(86_400))
        #expect(await stageError { try await bench.settlements.sweep(ledger) } == "other")
        #expect(ledger.log.events == ["renew"])
        _ = reader
    }

    @Test("a hold whose settling was given up is renewed no more, and the sweep closes it")
    func givenUp() async throws {
        let bench = MeteringBench(maximumAttempts: 1)
        let ledger = HookedLedger(bench.ledger) { if $0 == "settle" { throw FailingLedger.DiskFull() } }
        let (pipeline, _) = try bench.pipeline([.status(500)], ledger: ledger)
        _ = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        #expect(await bench.lines().isEmpty)
        #expect(bench.critical.events.count == 1)
        bench.time.advance(by: .seconds(901))
        #expect(try await bench.settlements.sweep(bench.ledger) == 1)
    }

    @Test(
        "a line that costs more than was held for it is told with both amounts; one within isn't",
        arguments: [(100, 101, true), (100, 100, false), (nil, 101, false)] as [(Int64?, Int64, Bool)])
    func beyondTheBound(bound: Int64?, cost: Int64, isTold: Bool) async throws {
        let log = CapturedLog()
        let settlements = Settlements(time: bench.time, logger: log.logger)
        let hold = try await hold(1, bound: bound)
        settlements.follow(hold)
        await settlements.settle(
            Settlement(
                holdID: hold.id, outcome: .served, cost: .exact(Money(picos: cost)),
                settledAt: bench.time.now()),
            in: bench.ledger)
        await settlements.drain(within: .seconds(60))
        #expect(log.lines.map(\.level) == (isTold ? [.warning] : []))
        if isTold {
            #expect(log.lines[0]["charged"] == Money(picos: 101).description)
            #expect(log.lines[0]["held"] == Money(picos: 100).description)
        }
    }
}
