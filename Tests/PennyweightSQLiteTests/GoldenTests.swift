import Foundation
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

/// Files that earlier versions wrote, kept beside these tests: a gateway on its simulated provider was asked
/// for chat (a repeat, tags, a key, a retried fault, a model without a price), an image and an embedding, and
/// was killed while two streams were open.
@Suite("Ledgers of earlier versions are read, and nothing in them is lost")
struct GoldenTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let second: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
        second = directory.newFile()
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden")
        for (name, path) in [("ledger-1.sqlite", path), ("ledger-2.sqlite", second)] {
            try Data(contentsOf: folder.appendingPathComponent(name)).write(to: URL(fileURLWithPath: path))
        }
    }

    // Version 2 was asked by callers with keys for the same, for two models without a price, which were
    // corrected by a price book afterwards, and under a budget that refused; one key was revoked.

    @Test("version 2: the chain goes on, and covers keys, revocations and events from now on")
    func version2() async throws {
        let digest = "fb90987fcea4e0a74a3643d0a6f47cb9654ca4ef65d6259eb09a203b03950e3c"
        let ledger = try SQLiteLedger.open(at: second, time: ManualTime())
        let verdict = try ledger.verify(expecting: digest)
        #expect(verdict.isSound, "\(verdict.findings)")
        #expect(verdict.commits == 31 && verdict.lines == 16 && verdict.openHolds == 2)
        #expect(try LedgerSoundness.problems(at: second) == [])
        let keys = try await ledger.keys(KeyQuery(at: Timestamp(seconds: 1_900_000_000))).keys
        #expect(keys.map(\.account) == ["lab", "acme", "acme/small", "acme/search"])
        #expect(keys.map { $0.revokedAt != nil } == [false, false, true, false])
        await ledger.close()
    }

    @Test("version 2: an attempt whose unknown cost was corrected is known from now on, by every grouping")
    func resolved() async throws {
        let ledger = try SQLiteLedger.open(at: second, time: ManualTime())
        let lines = try ledger.lines(limit: 1_000)
        #expect(lines.count == 16 && lines.filter { $0.cost.status == "unknown" }.count == 2)
        for grouping in ReportQuery.Grouping.allCases {
            let report = try await ledger.report(ReportQuery(by: grouping))
            #expect(report.total == lines.reduce(into: Totals()) { $0 += Totals($1) })
            #expect(report.total.unknown == 0 && report.total.unknownHeld == .zero)
            #expect(report.rows.allSatisfy { $0.totals.unknown == 0 }, "\(grouping)")
        }
        let kept = try rollups()
        try await ledger.rebuildTotals()
        #expect(try rollups() == kept)
        await ledger.close()
    }

    private func rollups() throws -> [[SQLValue]] {
        let connection = try Connection(second, SQLiteLedger.options.reading)
        return try connection.statement("SELECT * FROM rollup ORDER BY span, tag, start, subject, outcome")
            .all { row in (0..<25).map { _ in row.value() } }
    }

    @Test("version 1: every line, item, tag and open hold is there, and the totals are those of the lines")
    func version1() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        let lines = try ledger.lines(limit: 1_000)
        #expect(lines.count == 9)
        #expect(lines.flatMap(\.items).count == 7)
        for grouping in ReportQuery.Grouping.allCases {
            let report = try await ledger.report(ReportQuery(by: grouping))
            #expect(report.total == lines.reduce(into: Totals()) { $0 += Totals($1) })
            #expect(report.openHolds == 2)
        }
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.charged.picos == 10_916_420_000)
        #expect(total.avoided.picos == 26_400_000)
        #expect(total.calls == 7 && total.hits == 2 && total.attempts == 7 && total.unknown == 1)
        let tags = try await ledger.report(ReportQuery(by: .tag)).rows.map { $0.group[0] }
        #expect(Set(tags) == ["team=search", "env=test", "(none)"])
    }

    @Test("version 1: what its process left open is closed, once")
    func sweep() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        #expect(try await ledger.sweep(at: Timestamp(seconds: 1_800_000_000)) == 2)
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.attempts == 9)
        #expect(total.estimatedUpper > .zero)
        await ledger.close()
        let again = try SQLiteLedger.open(at: path, time: ManualTime())
        #expect(try await again.sweep(at: Timestamp(seconds: 1_800_000_000)) == 0)
    }

    @Test("two openings at once bring the file to this version once")
    func together() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
                    return try await ledger.report(ReportQuery(by: .model)).total.calls
                }
            }
            for try await calls in group { #expect(calls == 7) }
        }
    }
}
