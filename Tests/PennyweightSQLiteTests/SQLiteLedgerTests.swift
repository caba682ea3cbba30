import Foundation
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteLedger: lines")
struct SQLiteLedgerTests {
    private let directory: TemporaryDirectory
    private let ledger: SQLiteLedger
    private let make = LineMaker()

    init() throws {
        directory = try TemporaryDirectory()
        ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
    }

    @Test("a line comes back with everything that was settled") func completeLine() async throws {
        let hold = make.hold(attempt: 2, key: "k1", tags: ["team": "x", "ünï": "\u{1}"])
        var tokens = TokenUsage(input: 100, output: 50)
        tokens.reasoning = 0
        let usage = Usage(
            tokens: tokens,
            meters: [.init(.image, variant: "high/1024x1024", count: 2), .init(.search, count: 1)],
            serviceTier: "flex", raw: Array("{\"x\":1}".utf8))
        let items = try [
            LineItem(unit: .inputToken, count: 100, unitPrice: Money(picos: 150_000)),
            LineItem(unit: .image, variant: "high/1024x1024", count: 2, unitPrice: Money(picos: 7)),
        ]
        let cost = Cost.exact(Money(picos: 15_000_014))
        let settlement = Settlement(
            holdID: hold.id, outcome: .served, cost: cost, items: items, usage: usage,
            executedModel: "gpt-x-2026",
            priceVersion: "2026-01-01", status: 200, firstByteAt: make.start + .milliseconds(5),
            settledAt: make.start + .seconds(1))
        try await ledger.reserve(hold)
        try await ledger.settle(settlement)
        let expected = LedgerLine(
            number: 1, kind: .attempt(holdID: hold.id, number: 2, outcome: .served), callID: hold.callID,
            at: hold.openedAt,
            subject: hold.subject, cost: cost, held: hold.upperBound, items: items, usage: usage,
            executedModel: "gpt-x-2026",
            priceVersion: "2026-01-01", status: 200, firstByteAt: settlement.firstByteAt,
            settledAt: settlement.settledAt)
        #expect(try ledger.lines(limit: 10) == [expected])
        #expect(try ledger.lines(of: hold.callID) == [expected])
    }

    @Test(
        "what was not reported stays not reported",
        arguments: [
            nil, Usage(), Usage(tokens: TokenUsage()), Usage(tokens: TokenUsage(input: 0)), Usage(raw: []),
        ] as [Usage?])
    func nilIsNotZero(_ usage: Usage?) async throws {
        let hold = make.hold()
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .unknown(reason: "no usage"), usage: usage))
        let line = try #require(try ledger.lines(limit: 1).first)
        #expect(line.usage == usage)
        #expect(line.cost == .unknown(reason: "no usage"))
    }

    @Test("a saving comes back with what it avoided, and lines are newest first") func savings() async throws
    {
        let avoided = Cost.estimated(lower: .zero, upper: Money(picos: 9), reason: "cut")
        let saving = make.saving(avoided: avoided, tags: ["team": "x"])
        let hold = make.hold()
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .nothing))
        ledger.enqueue(saving) { _ in }
        // A report waits for what was enqueued.
        #expect(try await ledger.report(ReportQuery(by: .model)).total.calls == 2)
        let lines = try ledger.lines(limit: 10)
        #expect(lines.map(\.callID) == [saving.callID, hold.callID])
        #expect(lines[0].kind == .saving(source: .hit, avoided: avoided))
        #expect(lines[0].cost == .nothing)
        #expect(lines[0].subject == saving.subject)
        #expect(lines[0].usage == saving.usage)
        #expect(lines[0].avoided == avoided)
        #expect(lines[1].outcome == .served)
        #expect(try ledger.lines(limit: 1).count == 1)
        #expect(try ledger.lines(limit: -1).isEmpty)
    }

    @Test("rows can't be changed or deleted, even by hand") func immutable() async throws {
        let hold = make.hold(tags: ["a": "b"])
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .nothing))
        ledger.enqueue(make.saving(avoided: .nothing, tags: ["a": "b"])) { _ in }
        let connection = try Connection(directory.file(), SQLiteLedger.options)
        for table in ["epoch", "hold", "call", "call_tag", "line", "subject"] {
            #expect(throws: StorageProblem.self, "\(table)") {
                try connection.execute("DELETE FROM \(table)")
            }
        }
        #expect(throws: StorageProblem.self) { try connection.execute("UPDATE line SET cost_lower = 1") }
    }

    @Test("exact lines teach how many characters a token stands for; reasoning and estimates don't")
    func calibrates() async throws {
        let cut = Cost.estimated(lower: .zero, upper: Money(picos: 9), reason: "cut")
        for (cost, characters) in [(Cost.exact(Money(picos: 1)), 40), (cut, 4_000)] as [(Cost, Int64)] {
            let hold = make.hold()
            var tokens = TokenUsage(input: 10, output: 15)
            tokens.reasoning = 5
            try await ledger.reserve(hold)
            try await ledger.settle(
                Settlement(
                    holdID: hold.id, outcome: .served, cost: cost, usage: Usage(tokens: tokens),
                    executedModel: "gpt-x-2026", status: 200, characters: characters,
                    settledAt: hold.openedAt))
        }
        let known = try await ledger.calibrations()
        #expect(known.map(\.model) == ["gpt-x-2026"])
        #expect(known.map(\.characters) == [40])
        #expect(known.map(\.tokens) == [10])
    }

    @Test("a closed ledger can't be written, and says so with the code that stops spending") func closed()
        async throws
    {
        let hold = make.hold()
        try await ledger.reserve(hold)
        await ledger.close()
        for _ in 0..<2 {
            let failure = await #expect(throws: Failure.self) { try await ledger.reserve(make.hold()) }
            #expect(failure?.code == .ledgerUnavailable)
        }
        let settling = await #expect(throws: Failure.self) {
            try await ledger.settle(make.settlement(hold, .nothing))
        }
        #expect(settling?.code == .ledgerUnavailable)
        await confirmation("enqueuing fails at once") { refused in
            ledger.enqueue(make.saving(avoided: .nothing)) { error in
                #expect((error as? Failure)?.code == .ledgerUnavailable)
                refused()
            }
        }
        await #expect(throws: Failure.self) { try await ledger.report(ReportQuery(by: .model)) }
    }

    @Test("a full disk stops spending") func diskFull() async throws {
        let path = directory.newFile()
        let isFull = FaultPlan(failAt: 1, isArmed: false)
        let full = try SQLiteLedger.open(at: path, access: .writing, time: ManualTime()) { _ in
            if isFull.isDue() {
                throw StorageProblem(result: 13, text: "full", file: path, doing: "write to")
            }
        }
        isFull.arm()
        let failure = await #expect(throws: Failure.self) { try await full.reserve(make.hold()) }
        #expect(failure?.code == .ledgerUnavailable)
        #expect(failure?.message.contains("disk is full") == true)
    }

    @Test("an opening for reading reports, and neither writes nor creates") func readingOnly() async throws {
        let hold = make.hold()
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: 3))))
        let reader = try SQLiteLedger.open(at: directory.file(), access: .reading, time: ManualTime())
        #expect(try await reader.report(ReportQuery(by: .model)).total.charged.picos == 3)
        let failure = await #expect(throws: Failure.self) { try await reader.reserve(make.hold()) }
        #expect(failure?.code == .ledgerUnavailable)
        let absent = directory.newFile()
        #expect(throws: Failure.self) {
            try SQLiteLedger.open(at: absent, access: .reading, time: ManualTime())
        }
        #expect(!FileManager.default.fileExists(atPath: absent))
    }

    @Test("a file of another program is refused and left alone") func foreign() throws {
        let path = directory.newFile()
        try Connection(path, SQLiteLedger.options).execute("CREATE TABLE theirs (n INTEGER)")
        let failure = #expect(throws: Failure.self) { try SQLiteLedger.open(at: path, time: ManualTime()) }
        #expect(failure?.code == .ledgerUnavailable)
        #expect(throws: Failure.self) { try SQLiteCache.open(at: path) }
    }

    @Test("settling a hold that isn't there is a failure that names it") func unknownHold() async throws {
        let hold = make.hold()
        let failure = await #expect(throws: Failure.self) {
            try await ledger.settle(make.settlement(hold, .nothing))
        }
        #expect(failure?.message.contains(hold.id.description) == true)
    }
}
