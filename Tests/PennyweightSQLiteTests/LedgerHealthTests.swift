import Foundation
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteLedger: health")
struct LedgerHealthTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let make = LineMaker()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    @Test("each proof is a write of its own, and leaves no trace in the lines") func proof() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        for _ in 0..<3 { try await ledger.proveWritable() }
        let reader = try Connection(path, SQLiteLedger.options.reading)
        #expect(try reader.number("SELECT beats FROM pulse") == 3)
        #expect(try reader.number("SELECT count(*) FROM pulse") == 1)
        #expect(try ledger.lines(limit: 1).isEmpty)
    }

    @Test("a full disk is no proof, and the next proof after room was made is", arguments: 1...8)
    func fullDisk(_ position: Int) async throws {
        let isFull = FaultPlan(failAt: position, isArmed: false)
        let path = path
        let ledger = try SQLiteLedger.open(at: path, access: .writing, time: ManualTime()) { _ in
            if isFull.isDue() {
                throw StorageProblem(result: 13, text: "full", file: path, doing: "write to")
            }
        }
        isFull.arm()
        do {
            try await ledger.proveWritable()
            #expect(!isFull.hasFired)
        } catch {
            #expect(isFull.hasFired)
            #expect((error as? Failure)?.code == .ledgerUnavailable)
            #expect((error as? Failure)?.message.contains("disk is full") == true)
        }
        isFull.disarm()
        try await ledger.proveWritable()
    }

    @Test("a deleted file is no proof") func deleted() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        try await ledger.proveWritable()
        try FileManager.default.removeItem(atPath: path)
        let failure = await #expect(throws: Failure.self) { try await ledger.proveWritable() }
        #expect(failure?.code == .ledgerUnavailable)
    }

    @Test("a closed ledger, and one opened for reading, prove nothing") func closed() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        let reader = try SQLiteLedger.open(at: path, access: .reading, time: ManualTime())
        await #expect(throws: Failure.self) { try await reader.proveWritable() }
        await ledger.close()
        await #expect(throws: Failure.self) { try await ledger.proveWritable() }
    }

    @Test("a whole file passes the check of its structure, even while it is written")
    func whole() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        try await ledger.reserve(make.hold())
        try ledger.checkStructure()
        try SQLiteLedger.open(at: path, access: .reading, time: ManualTime()).checkStructure()
    }

    @Test("damage inside the file is found and named in a bounded message") func damaged() async throws {
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        for _ in 0..<3 { try await ledger.reserve(make.hold(tags: ["team": "x"])) }
        await ledger.close()
        // The program reads this table only line by line: nothing else would notice.
        let page = try Connection(path, SQLiteLedger.options.reading).number(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'call_tag'")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let offset = Int(page - 1) * 4_096
        bytes.replaceSubrange(offset..<(offset + 64), with: [UInt8](repeating: 0xA5, count: 64))
        try bytes.write(to: URL(fileURLWithPath: path))
        let reader = try SQLiteLedger.open(at: path, access: .reading, time: ManualTime())
        #expect(try await reader.report(ReportQuery(by: .model)).openHolds == 3)
        let failure = #expect(throws: Failure.self) { try reader.checkStructure() }
        #expect(failure?.code == .storage)
        #expect(failure?.message.contains("is damaged") == true)
        #expect(failure?.message.contains(path) == true)
        #expect((failure?.message.utf8.count ?? 0) < 1_000)
    }
}
