import Foundation
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteLedger: backups and corrections")
struct LedgerBackupTests {
    private let directory: TemporaryDirectory
    private let ledger: SQLiteLedger

    init() async throws {
        directory = try TemporaryDirectory()
        ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
    }

    @Test("a copy that is made while lines are written is one moment of the ledger, sound and private")
    func online() async throws {
        let ledger = ledger
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 3))
        let target = directory.file("copy.sqlite")
        let made = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let make = LineMaker(seed: 4)
                for _ in 0..<60 {
                    let hold = make.hold()
                    try await ledger.reserve(hold)
                    try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
                }
            }
            var steps: [(Int, Int)] = []
            let made = try ledger.backUp(to: target) { steps.append(($0, $1)) }
            #expect(steps.last.map { $0.0 == $0.1 } == true)
            try await group.waitForAll()
            return made
        }
        #expect(try directory.mode(of: target) == 0o600)
        #expect(made.bytes == Int64(try FileSize.of(target) ?? 0))
        #expect(
            try names() == [
                "copy.sqlite", "ledger.lock", "ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal",
            ])
        let copy = try SQLiteLedger.open(at: target, access: .reading, time: ManualTime())
        let verdict = try copy.verify(expecting: made.digest)
        #expect(verdict.isSound && verdict.lines == made.lastLine && verdict.digest == made.digest)
        #expect(try ledger.verify(expecting: made.digest).isSound)
    }

    @Test("a backup can be written to where the ledger was, and goes on")
    func restored() async throws {
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 3))
        _ = try ledger.backUp(to: directory.file("restored.sqlite"))
        let restored = try SQLiteLedger.open(at: directory.file("restored.sqlite"), time: ManualTime())
        let make = LineMaker(seed: 5)
        let hold = make.hold()
        try await restored.reserve(hold)
        #expect(try await restored.settle(make.settlement(hold, .nothing)))
        #expect(try restored.verify().isSound)
        await restored.close()
    }

    @Test("nothing is overwritten unless told, and a failure leaves nothing behind")
    func refusals() async throws {
        let target = directory.file("copy.sqlite")
        _ = try ledger.backUp(to: target)
        #expect(throws: Failure.self) { try ledger.backUp(to: target) }
        _ = try ledger.backUp(to: target, replacing: true)
        #expect(throws: Failure.self) { try ledger.backUp(to: directory.file("no/where.sqlite")) }
        #expect(throws: Failure.self) { try ledger.backUp(to: directory.file(), replacing: true) }
        let stopped = directory.file("stopped.sqlite")
        #expect(throws: CancellationError.self) {
            try ledger.backUp(to: stopped) { _, _ in throw CancellationError() }
        }
        #expect(try !names().contains { $0.contains("partial") || $0.contains("stopped") })
    }

    @Test("a correction is booked once, in the totals and the chain, and compared with those before it")
    func corrections() async throws {
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 3))
        #expect(try ledger.corrections(of: [1, 2])[1] == MoneyTotal(picos: 499_986))
        let before = try await ledger.report(ReportQuery(by: .model)).total
        let wanted = [
            SQLiteLedger.Correction(line: 1, target: Money(picos: 1_000_000), priceVersion: "book/3"),
            SQLiteLedger.Correction(line: 2, target: Money(picos: 1_500_014), priceVersion: "book/3"),
        ]
        let time = LineMaker().start
        #expect(try await ledger.correct(wanted, at: time) == 1)
        #expect(try await ledger.correct(wanted, at: time) == 0)
        let after = try await ledger.report(ReportQuery(by: .model)).total
        #expect(after.charged.picos - before.charged.picos == -1_000_000)
        #expect(
            after.calls == before.calls && after.attempts == before.attempts && after.input == before.input)
        let line = try #require(try ledger.lines(limit: 1).first)
        #expect(line.kind == .correction(of: 1))
        #expect(line.cost == .exact(Money(picos: -1_000_000)))
        #expect(line.priceVersion == "book/3" && line.executedModel == "gpt-x-2026")
        #expect(try ledger.verify().isSound)
    }

    @Test("an unknown line is corrected from nothing; estimates, savings and corrections are left alone")
    func correctable() async throws {
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 3))
        let lines = try ledger.lines(limit: 100)
        let targets = lines.filter { line in
            line.outcome == nil || line.cost.status != "exact"
        }.map { SQLiteLedger.Correction(line: $0.number, target: Money(picos: 77), priceVersion: "p") }
        #expect(targets.count == 4)
        #expect(try await ledger.correct(targets, at: LineMaker().start) == 1)
        #expect(try ledger.lines(limit: 1).first?.cost == .exact(Money(picos: 77)))
        let total = try await ledger.report(ReportQuery(by: .outcome))
        #expect(total.total.unknown == 0 && total.total.unknownHeld == .zero)
        #expect(total.rows.allSatisfy { $0.totals.unknown == 0 })
        let absent = SQLiteLedger.Correction(line: 999, target: .zero, priceVersion: "p")
        #expect(try await ledger.correct([absent], at: LineMaker().start) == 0)
    }

    @Test("an unknown cost that turns out to be nothing is known, once; budgets charge it no longer")
    func resolvedToNothing() async throws {
        let make = LineMaker(seed: 5)
        let hold = make.hold(key: "k", upperBound: Money(picos: 900))
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .unknown(reason: "no price")))
        let line = try #require(try ledger.lines(limit: 1).first)
        #expect(try await ledger.report(ReportQuery(by: .model)).total.budgeted.picos == 900)
        let free = SQLiteLedger.Correction(line: line.number, target: .zero, priceVersion: "p")
        #expect(try await ledger.correct([free, free], at: make.start) == 1)
        #expect(try await ledger.correct([free], at: make.start) == 0)
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.unknown == 0 && total.budgeted == .zero && total.attempts == 1)
        let dearer = SQLiteLedger.Correction(line: line.number, target: Money(picos: 40), priceVersion: "q")
        #expect(try await ledger.correct([dearer], at: make.start) == 1)
        #expect(try await ledger.report(ReportQuery(by: .model)).total.budgeted.picos == 40)
        #expect(try ledger.lines(limit: 2).map { $0.resolves != nil } == [false, true])
        #expect(try ledger.verify().isSound)
        for scope in [BudgetScope(key: "k"), BudgetScope(user: "")] {
            let budget = Budget(name: "b\(scope.text)", scope: scope, limit: Money(picos: 1_000))
            let claim = try #require(budget.claim(on: hold.subject, at: hold.openedAt))
            #expect(try await ledger.balances(of: [claim]).map(\.settled.picos) == [40], "\(scope.text)")
        }
    }

    @Test("lines come in order, page by page, within time and account")
    func pages() async throws {
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 3))
        let all = try ledger.lines(.init(), limit: 100)
        #expect(all.map(\.number) == Array(1...Int64(all.count)))
        #expect(try ledger.lastLineNumber() == Int64(all.count))
        var query = SQLiteLedger.LineQuery()
        query.after = 2
        query.upTo = 4
        #expect(try ledger.lines(query, limit: 100).map(\.number) == [3, 4])
        #expect(try ledger.lines(query, limit: 1).map(\.number) == [3])
        query = SQLiteLedger.LineQuery()
        query.since = LineMaker().start + .seconds(1)
        query.until = LineMaker().start + .seconds(4_000)
        #expect(
            try ledger.lines(query, limit: 100) == all.filter { $0.at == LineMaker().start + .seconds(2_000) }
        )
        query = SQLiteLedger.LineQuery()
        query.account = "default"
        #expect(try ledger.lines(query, limit: 100).count == all.count)
        query.account = "def"
        #expect(try ledger.lines(query, limit: 100).isEmpty)
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }
}
