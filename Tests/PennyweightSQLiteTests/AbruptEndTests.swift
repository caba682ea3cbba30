import Foundation
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Abrupt ends: the file is reopened from what had reached the disk")
struct AbruptEndTests {
    private let directory: TemporaryDirectory
    private let make = LineMaker(seed: 5)

    init() throws { directory = try TemporaryDirectory() }

    /// What had been promised when the log had this length.
    private struct Mark {
        let logBytes: Int
        let reserved: Set<SortableID>
        let settled: Set<SortableID>
    }

    @Test("every promise before the cut holds, every hold gets exactly one line, whatever the cut")
    func everyCut() async throws {
        let path = directory.file()
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        let marks = try await run(ledger, path: path)
        let database = try Data(contentsOf: URL(fileURLWithPath: path))
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        let random = SeededRandom(seed: 11)
        let cuts =
            marks.map(\.logBytes) + (0..<40).map { _ in Int(random.next(below: UInt64(log.count))) } + [
                log.count
            ]
        for cut in cuts {
            let kept = marks.last { $0.logBytes <= cut }
            try await check(database, log.prefix(cut), promised: kept, cut: cut)
        }
    }

    private func run(_ ledger: SQLiteLedger, path: String) async throws -> [Mark] {
        var marks: [Mark] = []
        var (reserved, settled): (Set<SortableID>, Set<SortableID>) = ([], [])
        for number in 0..<12 {
            let hold = make.hold(tags: ["n": "\(number)"])
            try await ledger.reserve(hold)
            reserved.insert(hold.id)
            marks.append(try mark(path, reserved, settled))
            if number % 3 == 0 { continue }
            try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
            settled.insert(hold.id)
            marks.append(try mark(path, reserved, settled))
        }
        return marks
    }

    private func mark(_ path: String, _ reserved: Set<SortableID>, _ settled: Set<SortableID>) throws -> Mark
    {
        Mark(logBytes: try FileSize.of(path + "-wal") ?? 0, reserved: reserved, settled: settled)
    }

    private func check(_ database: Data, _ log: Data, promised: Mark?, cut: Int) async throws {
        let path = directory.newFile()
        try database.write(to: URL(fileURLWithPath: path))
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        let open = try await ledger.report(ReportQuery(by: .model)).openHolds
        #expect(try await ledger.sweep(at: make.start) == Int(open), "cut \(cut)")
        var byHold: [SortableID: LedgerLine] = [:]
        for line in try ledger.lines(limit: 100) {
            guard case .attempt(let id, _, _) = line.kind else { continue }
            #expect(byHold.updateValue(line, forKey: id) == nil, "two lines for one hold, cut \(cut)")
            #expect(line.subject.tags.count == 1, "cut \(cut)")
        }
        for id in promised?.reserved ?? [] { #expect(byHold[id] != nil, "a hold is lost, cut \(cut)") }
        for id in promised?.settled ?? [] {
            #expect(byHold[id]?.cost == .exact(Money(picos: 1)), "a line is lost, cut \(cut)")
        }
        #expect(
            try Connection(path, SQLiteLedger.options.reading).number("SELECT count(*) FROM open_hold") == 0)
        await ledger.close()
    }
}
