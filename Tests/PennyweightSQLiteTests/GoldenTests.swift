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

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/ledger-1.sqlite")
        try Data(contentsOf: golden).write(to: URL(fileURLWithPath: path))
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
