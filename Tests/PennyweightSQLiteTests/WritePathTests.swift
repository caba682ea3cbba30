import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Write path: what is remembered between writes never outlives what it was")
struct WritePathTests {
    private let directory: TemporaryDirectory
    private let make = LineMaker(seed: 22)
    private let time = ManualTime()

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ probe: StorageProbe? = nil) throws -> SQLiteLedger {
        try SQLiteLedger.open(at: directory.file(), access: .writing, time: time, probe: probe)
    }

    private func settle(_ hold: Hold, _ picos: Int64, in ledger: SQLiteLedger) async throws -> Bool {
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: picos)), ran: "gpt-x-1"))
    }

    private func expectSound() throws {
        #expect(try LedgerSoundness.problems(at: directory.file()) == [])
    }

    @Test("a hold that another opening swept gets no second line") func sweptElsewhere() async throws {
        let (ledger, other) = (try open(), try open())
        let hold = make.hold(tags: ["team": "x"], expiresAfter: .seconds(10))
        try await ledger.reserve(hold)
        #expect(try await other.sweep(at: make.start + .seconds(20)) == 1)
        #expect(try await settle(hold, 5, in: ledger) == false)
        #expect(try ledger.lines(limit: 10).map(\.outcome) == [.abandoned])
        try expectSound()
    }

    @Test("a hold that another opening settled gets no second line, and the other way round")
    func settledElsewhere() async throws {
        let (ledger, other) = (try open(), try open())
        let hold = make.hold(tags: ["team": "x"])
        try await ledger.reserve(hold)
        #expect(try await settle(hold, 5, in: other))
        #expect(try await settle(hold, 6, in: ledger) == false)
        #expect(try await settle(hold, 7, in: other) == false)
        #expect(try ledger.lines(limit: 10).map(\.cost) == [.exact(Money(picos: 5))])
        try expectSound()
    }

    @Test("a hold that this opening swept itself gets no second line") func sweptHere() async throws {
        let ledger = try open()
        let hold = make.hold(expiresAfter: .seconds(10))
        try await ledger.reserve(hold)
        #expect(try await ledger.sweep(at: make.start + .seconds(20)) == 1)
        #expect(try await settle(hold, 5, in: ledger) == false)
        try expectSound()
    }

    @Test("totals count the lines of two openings that write by turns") func totals() async throws {
        let (ledger, other) = (try open(), try open())
        for round in 0..<6 {
            for opening in [ledger, ledger, other] {
                let hold = make.hold(tags: ["team": "t\(round % 2)"], after: .seconds(round))
                try await opening.reserve(hold)
                #expect(try await settle(hold, 1, in: opening))
            }
        }
        #expect(try await ledger.report(ReportQuery(by: .tag)).total.charged.picos == 18)
        #expect(try await other.report(ReportQuery(by: .tag)).total.attempts == 18)
        try expectSound()
    }

    @Test("totals that were repaired elsewhere are not written over") func repaired() async throws {
        let (ledger, other) = (try open(), try open())
        for opening in [ledger, other, ledger] {
            let hold = make.hold()
            try await opening.reserve(hold)
            #expect(try await settle(hold, 1, in: opening))
            try Connection(directory.file(), SQLiteLedger.options)
                .execute("UPDATE rollup SET attempts = attempts + 100")
            try await other.rebuildTotals()
        }
        try expectSound()
    }

    @Test("a hold whose commit failed is not there to be settled, and can be reserved again")
    func rolledBack() async throws {
        let plan = FaultPlan(failAt: 1, isArmed: false)
        let ledger = try open { operation in
            if operation == .commit, plan.isDue() { throw StorageProblem(.system(5), "The disk failed.") }
        }
        let first = make.hold(tags: ["team": "x"])
        try await ledger.reserve(first)
        #expect(try await settle(first, 1, in: ledger))
        let hold = make.hold(tags: ["team": "new"])
        plan.arm()
        await #expect(throws: Failure.self) { try await ledger.reserve(hold) }
        #expect(plan.hasFired)
        plan.disarm()
        await #expect(throws: Failure.self) { try await settle(hold, 1, in: ledger) }
        try await ledger.reserve(hold)
        #expect(try await settle(hold, 1, in: ledger))
        try expectSound()
    }

    @Test("a line whose commit failed is settled once when it is tried again") func settledAgain()
        async throws
    {
        let plan = FaultPlan(failAt: 1, isArmed: false)
        let ledger = try open { operation in
            if operation == .commit, plan.isDue() { throw StorageProblem(.system(5), "The disk failed.") }
        }
        let hold = make.hold(tags: ["team": "x"])
        try await ledger.reserve(hold)
        plan.arm()
        await #expect(throws: Failure.self) { try await settle(hold, 3, in: ledger) }
        plan.disarm()
        #expect(try await settle(hold, 3, in: ledger))
        #expect(try await settle(hold, 3, in: ledger) == false)
        #expect(try await ledger.report(ReportQuery(by: .model)).total.charged.picos == 3)
        try expectSound()
    }

    @Test("writes that fail among others are undone alone, in batches of any size") func mixed() async throws
    {
        let ledger = try open()
        let holds = (0..<200).map { _ in make.hold(tags: ["team": "x"]) }
        let strangers = (0..<200).map { _ in make.hold() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, hold) in holds.enumerated() {
                group.addTask {
                    try await ledger.reserve(hold)
                    #expect(try await settle(hold, 1, in: ledger))
                    if index % 3 == 0 { #expect(try await settle(hold, 1, in: ledger) == false) }
                }
                group.addTask {
                    await #expect(throws: Failure.self) {
                        try await settle(strangers[index], 1, in: ledger)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledger.report(ReportQuery(by: .model)).total.charged.picos == 200)
        try expectSound()
    }

    @Test("reserving again, and a second attempt of a call, find what is there") func again() async throws {
        let ledger = try open()
        let call = make.id()
        let (first, second) = (make.hold(call: call), make.hold(call: call, attempt: 2))
        for hold in [first, first, second, second] { try await ledger.reserve(hold) }
        #expect(try await settle(second, 2, in: ledger))
        #expect(try await settle(first, 1, in: ledger))
        try await ledger.reserve(first)
        #expect(try ledger.lines(of: call).count == 2)
        #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 0)
        try expectSound()
    }

    @Test("a report of usage of megabytes is kept, and covered by the chain") func large() async throws {
        let ledger = try open()
        for size in [0, 1, 16_000, 3_000_000, 10] {
            let hold = make.hold()
            try await ledger.reserve(hold)
            let usage = Usage(tokens: nil, raw: Array(repeating: 0x20, count: size))
            try await ledger.settle(make.settlement(hold, .nothing, usage: usage))
            #expect(try ledger.lines(limit: 1).first?.usage?.raw?.count == size)
        }
        #expect(try ledger.verify().isSound)
        try expectSound()
    }
}
