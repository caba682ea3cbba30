import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightSQLite

@Suite("Faults: whatever a ledger was doing when the disk failed, the file is sound and doing it again works")
struct LedgerFaultTests {
    private let directory: TemporaryDirectory
    private let make = LineMaker(seed: 3)
    private let time = ManualTime()

    init() throws { directory = try TemporaryDirectory() }

    /// Lets each storage operation of an act fail in turn, each in a ledger of its own.
    ///
    /// After the failure the file must be sound; then the act is done again, which must work, and `after`
    /// looks at what has come of it.
    private func failEach(
        atLeast minimum: Int,
        prepare: (SQLiteLedger) async throws -> Void = { _ in },
        _ act: (SQLiteLedger) async throws -> Void,
        after: (SQLiteLedger) async throws -> Void
    ) async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position, isArmed: false)
            let probed = plan
            let path = directory.newFile()
            let ledger = try SQLiteLedger.open(at: path, access: .writing, time: time) { operation in
                guard probed.isDue() else { return }
                throw StorageProblem(.system(5), "The disk failed at \(operation).")
            }
            try await prepare(ledger)
            plan.arm()
            do {
                try await act(ledger)
            } catch {
                #expect(error is Failure, "at \(position)")
                #expect(plan.hasFired, "at \(position): \(error)")
            }
            plan.disarm()
            #expect(try LedgerSoundness.problems(at: path) == [], "at \(position)")
            try await act(ledger)
            try await after(ledger)
            #expect(try LedgerSoundness.problems(at: path) == [], "at \(position), after the second try")
            await ledger.close()
        } while plan.hasFired
        #expect(position > minimum, "the plan reached only \(position - 1) operations")
    }

    private let tree = [
        Budget(name: "key", scope: BudgetScope(key: "k"), limit: Money(picos: 100)),
        Budget(name: "all", scope: BudgetScope(account: "default"), limit: Money(picos: 20)),
    ]

    private func draw(_ bound: Int64 = 10) -> Hold {
        let hold = make.hold(key: "k", tags: ["team": "x"], upperBound: Money(picos: bound))
        return Hold(
            id: hold.id, callID: hold.callID, attempt: 1, subject: hold.subject, upperBound: hold.upperBound,
            claims: tree.compactMap { $0.claim(on: hold.subject, at: hold.openedAt) },
            openedAt: hold.openedAt, expiresAt: hold.expiresAt)
    }

    @Test("budgets hold an attempt in all levels or in none") func reserving() async throws {
        let hold = draw()
        try await failEach(atLeast: 20) {
            try await $0.reserve(hold)
        } after: { (ledger) async throws in
            #expect(try await ledger.balances(of: hold.claims).map(\.held.picos) == [10, 10])
        }
    }

    @Test("budgets settle an attempt in all levels or in none, and tell a threshold once")
    func settling() async throws {
        let hold = draw(20)
        let settlement = make.settlement(hold, .exact(Money(picos: 17)))
        try await failEach(atLeast: 25) {
            try await $0.reserve(hold)
        } _: {
            try await $0.settle(settlement)
        } after: { (ledger) async throws in
            let expected = Balance(settled: MoneyTotal(picos: 17), held: .zero)
            #expect(try await ledger.balances(of: hold.claims) == [expected, expected])
            #expect(try await ledger.events(limit: 10).filter { $0.budget == "all" }.count == 2)
        }
    }

    @Test("a refusal writes nothing but its event, once") func refusing() async throws {
        let hold = draw(30)
        try await failEach(atLeast: 10) { ledger in
            do {
                try await ledger.reserve(hold)
                Issue.record("a hold beyond its limit was written")
            } catch let failure as Failure where failure.code == .overBudget {
                // As it should be; a failing disk is another failure.
            }
        } after: { (ledger) async throws in
            #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 0)
            #expect(try await ledger.balances(of: hold.claims).allSatisfy { $0.held == .zero })
        }
    }

    @Test("a saving becomes one line or is said to have failed") func enqueueing() async throws {
        let saving = make.saving(avoided: .exact(Money(picos: 7)), tags: ["team": "x"])
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position, isArmed: false)
            let probed = plan
            let path = directory.newFile()
            let ledger = try SQLiteLedger.open(at: path, access: .writing, time: time) { operation in
                if probed.isDue() { throw StorageProblem(.system(5), "The disk failed at \(operation).") }
            }
            let failed = Mutex(false)
            plan.arm()
            ledger.enqueue(saving) { _ in failed.withLock { $0 = true } }
            _ = try? await ledger.report(ReportQuery(by: .model))
            plan.disarm()
            let lines = try ledger.lines(limit: 10).count
            #expect(lines == 1 || lines == 0 && failed.withLock { $0 }, "at \(position)")
            #expect(try LedgerSoundness.problems(at: path) == [], "at \(position)")
        } while plan.hasFired
        #expect(position > 10)
    }

    @Test("a renewal moves an expiry, or leaves it") func renewing() async throws {
        let hold = make.hold(expiresAfter: .seconds(10))
        try await failEach(atLeast: 5) {
            try await $0.reserve(hold)
        } _: { [make] in
            try await $0.renew([hold.id], until: make.start + .seconds(500))
        } after: { [make] (ledger) async throws in
            #expect(try await ledger.sweep(at: make.start + .seconds(400)) == 0)
            #expect(try await ledger.sweep(at: make.start + .seconds(500)) == 1)
        }
    }

    @Test("a job is attached to its hold, or not") func attaching() async throws {
        let hold = make.hold()
        let job = ProviderJob(provider: "openai", id: "video_1")
        try await failEach(atLeast: 5) {
            try await $0.reserve(hold)
        } _: {
            try await $0.attach(job, to: hold.id)
            #expect(try await $0.openHold(of: job)?.id == hold.id)
        } after: { (ledger) async throws in
            #expect(try await ledger.openHold(of: job)?.id == hold.id)
        }
    }

    @Test("a sweep under budgets closes a hold and frees what it held, or neither") func sweeping()
        async throws
    {
        let holds = [draw(), draw()]
        try await failEach(atLeast: 40) { (ledger) async throws in
            for hold in holds { try await ledger.reserve(hold) }
        } _: { [make] in
            try await $0.sweep(at: make.start + .seconds(7_200))
        } after: { (ledger) async throws in
            let expected = Balance(settled: MoneyTotal(picos: 20), held: .zero)
            #expect(try await ledger.balances(of: holds[0].claims) == [expected, expected])
            #expect(try ledger.lines(limit: 10).count == 2)
        }
    }

    @Test("an event is confirmed, or told again") func confirming() async throws {
        let hold = draw(20)
        try await failEach(atLeast: 3) { [make] ledger in
            try await ledger.reserve(hold)
            try await ledger.settle(make.settlement(hold, .exact(Money(picos: 20))))
        } _: { ledger in
            for event in try await ledger.events(limit: 10) { try await ledger.confirm(event.id) }
        } after: { (ledger) async throws in
            #expect(try await ledger.events(limit: 10).isEmpty)
        }
    }

    private let key = VirtualKey(
        id: "one", name: "first", secretDigest: Array(repeating: 7, count: 32), lastFour: "abcd",
        account: "acme", models: ["gpt-x"], createdAt: Timestamp(seconds: 1_767_225_600))

    @Test("a key is added whole, or not") func addingKey() async throws {
        try await failEach(atLeast: 5) { [key] ledger in
            // The first try may have reached the disk before it failed: then the key is there.
            if try await ledger.key("one") == nil { try await ledger.add(key) }
        } after: { [key] (ledger) async throws in
            #expect(try await ledger.key("one") == key)
            #expect(try ledger.verify().isSound)
        }
    }

    @Test("a key is revoked once, or still active") func revokingKey() async throws {
        try await failEach(atLeast: 5) { [key] (ledger) async throws in
            try await ledger.add(key)
        } _: { [key] ledger in
            _ = try await ledger.revoke("one", at: key.createdAt)
        } after: { [key] (ledger) async throws in
            #expect(try await ledger.key("one")?.revokedAt == key.createdAt)
            #expect(try await ledger.revoke("one", at: key.createdAt) == false)
            #expect(try ledger.verify().isSound)
        }
    }

    @Test("a report and a balance that fail change nothing") func reading() async throws {
        let hold = draw()
        try await failEach(atLeast: 3) {
            try await $0.reserve(hold)
        } _: { ledger in
            _ = try await ledger.report(ReportQuery(by: .tag))
            _ = try await ledger.balances(of: hold.claims)
        } after: { (ledger) async throws in
            #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 1)
        }
    }

    @Test("a ledger that is closed while the disk fails is sound, and opens again") func closing()
        async throws
    {
        for position in 1...12 {
            let plan = FaultPlan(failAt: position, isArmed: false)
            let path = directory.newFile()
            let ledger = try SQLiteLedger.open(at: path, access: .writing, time: time) { operation in
                if plan.isDue() { throw StorageProblem(.system(5), "The disk failed at \(operation).") }
            }
            try await ledger.reserve(make.hold())
            plan.arm()
            ledger.enqueue(make.saving(avoided: .nothing)) { _ in }
            await ledger.close()
            #expect(try LedgerSoundness.problems(at: path) == [], "at \(position)")
            let again = try SQLiteLedger.open(at: path, time: time)
            #expect(try await again.sweep(at: make.start) == 1)
        }
    }
}
