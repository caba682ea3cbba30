import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Faults: the disk fails at every operation in turn")
struct FaultTests {
    private let directory: TemporaryDirectory
    private let make = LineMaker()

    init() throws { directory = try TemporaryDirectory() }

    private func probe(_ plan: FaultPlan) -> StorageProbe {
        { operation in
            if plan.isDue() { throw StorageProblem(.system(5), "The disk failed at \(operation).") }
        }
    }

    private func settlement(_ hold: Hold) throws -> Settlement {
        let item = try LineItem(unit: .inputToken, count: 10, unitPrice: Money(picos: 3))
        return Settlement(
            holdID: hold.id, outcome: .served, cost: .exact(Money(picos: 30)), items: [item],
            usage: Usage(tokens: TokenUsage(input: 10, output: 0), meters: [.init(.search, count: 1)]),
            settledAt: make.start)
    }

    @Test("a hold and its line are durable or an error, never a half, and trying again succeeds once")
    func ledger() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position, isArmed: false)
            let path = directory.newFile()
            let ledger = try SQLiteLedger.open(
                at: path, access: .writing, time: ManualTime(), probe: probe(plan))
            let hold = make.hold(tags: ["team": "x"])
            plan.arm()
            let isReserved = await succeeds { try await ledger.reserve(hold) }
            let isSettled = await succeeds { try await ledger.settle(settlement(hold)) }
            plan.disarm()
            try expectWhole(path, reserved: isReserved, settled: isSettled, position)
            try await ledger.reserve(hold)
            try await ledger.settle(settlement(hold))
            #expect(try await ledger.settle(settlement(hold)) == false)
            try expectWhole(path, reserved: true, settled: true, position)
            #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 0)
            #expect(try await ledger.report(ReportQuery(by: .model)).total.charged.picos == 30)
        } while plan.hasFired
        #expect(position > 15, "the plan reached only \(position) operations")
    }

    @Test("a sweep that fails closes nothing, or all of its page, and the next one closes the rest")
    func sweep() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position, isArmed: false)
            let ledger = try SQLiteLedger.open(
                at: directory.newFile(), access: .writing, time: ManualTime(), probe: probe(plan))
            for _ in 0..<3 { try await ledger.reserve(make.hold()) }
            plan.arm()
            _ = await succeeds { try await ledger.sweep(at: make.start + .seconds(7_200)) }
            plan.disarm()
            let open = try await ledger.report(ReportQuery(by: .model)).openHolds
            #expect([0, 3].contains(open), "at \(position)")
            #expect(try await ledger.sweep(at: make.start + .seconds(7_200)) == Int(open))
            #expect(try ledger.lines(limit: 10).count == 3)
        } while plan.hasFired
        #expect(position > 10)
    }

    @Test("a ledger that fails while it is opened opens the next time") func opening() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position)
            let path = directory.newFile()
            let opened = await succeeds {
                _ = try SQLiteLedger.open(at: path, access: .writing, time: ManualTime(), probe: probe(plan))
            }
            #expect(opened != plan.hasFired)
            let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
            try await ledger.reserve(make.hold())
            #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 1)
        } while plan.hasFired
        #expect(position > 5)
    }

    @Test("a cache that fails serves the old entry, the new one, or none, and never a wrong body")
    func cache() async throws {
        let entries = EntryMaker()
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position, isArmed: false)
            let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: 2_000, probe: probe(plan))
            let (old, new) = (entries.entry(body: entries.text(1)), entries.entry(body: entries.text(2)))
            try await cache.store(old, for: entries.key(1))
            plan.arm()
            let isStored = await succeeds { try await cache.store(new, for: entries.key(1)) }
            plan.disarm()
            let found = try await cache.entry(for: entries.key(1))
            #expect(found == new || !isStored && found == old, "at \(position)")
            #expect(try cache.statistics().entries == 1)
            try await cache.store(new, for: entries.key(1))
            #expect(try await cache.entry(for: entries.key(1)) == new)
        } while plan.hasFired
        #expect(position > 5)
    }

    private func succeeds<Value>(_ work: () async throws -> Value) async -> Bool {
        do {
            _ = try await work()
            return true
        } catch {
            #expect(error is Failure)
            return false
        }
    }

    /// Looks at the tables themselves. What was promised is there; what failed may be there, but whole.
    private func expectWhole(_ path: String, reserved: Bool, settled: Bool, _ position: Int) throws {
        let reader = try Connection(path, SQLiteLedger.options.reading)
        func count(_ table: String) throws -> Int64 { try reader.number("SELECT count(*) FROM \(table)") }
        let (holds, lines) = (try count("hold"), try count("line"))
        #expect(holds == 1 || !reserved && holds == 0, "at \(position)")
        #expect(lines == 1 || !settled && lines == 0, "at \(position)")
        #expect(try count("call_tag") == holds, "at \(position)")
        #expect(try count("open_hold") == holds - lines, "at \(position)")
        #expect(try count("line_item") == lines, "at \(position)")
        #expect(try count("meter") == lines, "at \(position)")
    }
}
