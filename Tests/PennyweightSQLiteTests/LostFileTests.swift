import Foundation
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Lost files: the ledger's file goes away while it is in use")
struct LostFileTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let ledger: SQLiteLedger
    private let make = LineMaker()

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
        ledger = try SQLiteLedger.open(at: path, time: ManualTime())
    }

    private func move(_ from: String, to: String) throws {
        try FileManager.default.moveItem(atPath: from, toPath: to)
    }

    private func expectNothingIsSpent() async {
        let failure = await #expect(throws: Failure.self) { try await ledger.reserve(make.hold()) }
        #expect(failure?.code == .ledgerUnavailable)
        #expect(failure?.message.contains("moved or deleted while it is in use") == true)
        #expect(failure?.message.contains("restart") == true)
    }

    @Test("a ledger that was deleted takes no hold, no line and no saving") func deleted() async throws {
        let hold = make.hold()
        try await ledger.reserve(hold)
        try FileManager.default.removeItem(atPath: path)
        await expectNothingIsSpent()
        let settling = await #expect(throws: Failure.self) {
            try await ledger.settle(make.settlement(hold, .nothing))
        }
        #expect(settling?.code == .ledgerUnavailable)
        await #expect(throws: Failure.self) { try await ledger.report(ReportQuery(by: .model)) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a ledger that was renamed away takes nothing, and nothing more is in its file")
    func renamed() async throws {
        try await ledger.reserve(make.hold())
        let moved = directory.file("moved.sqlite")
        try move(path, to: moved)
        await expectNothingIsSpent()
        await ledger.close()
        try move(path + "-wal", to: moved + "-wal")
        let found = try SQLiteLedger.open(at: moved, time: ManualTime())
        #expect(try await found.report(ReportQuery(by: .model)).openHolds == 1)
    }

    @Test("another file in its place is not its file") func replaced() async throws {
        try FileManager.default.removeItem(atPath: path)
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        await expectNothingIsSpent()
        #expect(try FileSize.of(path) == 0)
    }

    @Test("it stays lost when the file comes back, until it is opened again") func comesBack() async throws {
        let aside = directory.file("aside.sqlite")
        try move(path, to: aside)
        await expectNothingIsSpent()
        try move(aside, to: path)
        await expectNothingIsSpent()
        let opened = try SQLiteLedger.open(at: path, time: ManualTime())
        try await opened.reserve(make.hold())
    }

    @Test("a log that was deleted counts as well: its lines would die with the process")
    func deletedLog() async throws {
        try await ledger.reserve(make.hold())
        try FileManager.default.removeItem(atPath: path + "-wal")
        await expectNothingIsSpent()
    }

    @Test("a new ledger beside an old process's lock says who is in the way, and what to do")
    func lockInUse() async throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.removeItem(atPath: path + "-wal")
        try FileManager.default.removeItem(atPath: path + "-shm")
        let failure = #expect(throws: Failure.self) { try SQLiteLedger.open(at: path, time: ManualTime()) }
        #expect(failure?.code == .ledgerUnavailable)
        #expect(failure?.message.contains("Another process still uses this ledger") == true)
        #expect(failure?.message.contains("ledger.lock") == true)
        #expect(failure?.message.contains("end that process") == true)
    }

    @Test("a cache goes on taking writes when its file is deleted") func cache() async throws {
        let entries = EntryMaker()
        let cache = try SQLiteCache.open(at: directory.file("cache.sqlite"))
        let entry = entries.entry(body: entries.text(1))
        try await cache.store(entry, for: entries.key(1))
        try FileManager.default.removeItem(atPath: cache.path)
        try await cache.store(entry, for: entries.key(2))
    }
}
