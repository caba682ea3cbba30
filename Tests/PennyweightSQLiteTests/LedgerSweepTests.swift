import Foundation
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Sweep: what a dead process left is closed exactly once")
struct LedgerSweepTests {
    private let directory: TemporaryDirectory
    private let make = LineMaker()

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> SQLiteLedger {
        try SQLiteLedger.open(at: directory.file(), time: ManualTime())
    }

    @Test("holds of a living opening stay, holds of a closed one are swept") func living() async throws {
        let other = try open()
        let ledger = try open()
        try await other.reserve(make.hold())
        try await ledger.reserve(make.hold())
        #expect(try await ledger.sweep(at: make.start) == 0)
        #expect(try await other.sweep(at: make.start) == 0)
        await other.close()
        #expect(try await ledger.sweep(at: make.start) == 1)
        #expect(try await ledger.report(ReportQuery(by: .model)).openHolds == 1)
    }

    @Test("a dropped opening counts as dead") func dropped() async throws {
        var other: SQLiteLedger? = try open()
        let hold = make.hold(upperBound: Money(picos: 9))
        try await other?.reserve(hold)
        other = nil
        let ledger = try open()
        #expect(try await ledger.sweep(at: make.start) == 1)
        #expect(try await ledger.sweep(at: make.start) == 0)
        let line = try #require(try ledger.lines(limit: 1).first)
        #expect(line.outcome == .abandoned)
        #expect(line.cost.status == "estimated")
        #expect(line.cost.upperBound == Money(picos: 9))
        #expect(line.settledAt == make.start)
        #expect(line.subject == hold.subject)
    }

    @Test("two openings that sweep at once close each hold once, over several pages") func twoSweeps()
        async throws
    {
        var dead: SQLiteLedger? = try open()
        let holds = (0..<1_200).map { _ in make.hold() }
        try await withThrowingTaskGroup(of: Void.self) { [dead] group in
            for hold in holds { group.addTask { try await dead?.reserve(hold) } }
            try await group.waitForAll()
        }
        await dead?.close()
        dead = nil
        let (left, right) = (try open(), try open())
        async let one = left.sweep(at: make.start)
        async let two = right.sweep(at: make.start)
        #expect(try await one + two == 1_200)
        #expect(try await left.report(ReportQuery(by: .model)).total.calls == 1_200)
        #expect(try await left.report(ReportQuery(by: .model)).openHolds == 0)
    }

    @Test("two openings of one file write at once without losing anything") func twoOpenings() async throws {
        let ledgers = [try open(), try open()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let hold = make.hold()
                group.addTask {
                    try await ledgers[number % 2].reserve(hold)
                    try await ledgers[(number + 1) % 2].settle(make.settlement(hold, .exact(Money(picos: 1))))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledgers[0].report(ReportQuery(by: .model)).total.charged.picos == 200)
    }

    @Test("kill -9 loses no hold: the next process closes each") func killed() async throws {
        let path = directory.file()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let make = LineMaker(seed: 9)
            let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
            for number in 0..<20 {
                let hold = make.hold()
                try await ledger.reserve(hold)
                if number % 2 == 0 { try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1)))) }
            }
            kill(getpid(), SIGKILL)
        }
        let ledger = try open()
        #expect(try await ledger.sweep(at: make.start) == 10)
        let report = try await ledger.report(ReportQuery(by: .model))
        #expect(report.total.calls == 20)
        #expect(report.total.charged.picos == 10)
        #expect(report.openHolds == 0)
    }
}
