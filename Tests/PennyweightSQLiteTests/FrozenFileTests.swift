import Foundation
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Files where nothing can be written: what each state of the log means")
struct FrozenFileTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() async throws {
        directory = try TemporaryDirectory()
        path = directory.file("a file?%20#.sqlite")
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        try await ledger.reserve(LineMaker().hold())
        await ledger.close()
    }

    private var frozen: ConnectionOptions {
        var options = SQLiteLedger.options.reading
        options.opening = { _ in .frozen }
        return options
    }

    @Test("a directory that can be written asks no question") func writable() throws {
        #expect(try FrozenFile.opening(of: path) == nil)
        #expect(try FrozenFile.opening(of: directory.file("absent")) == nil)
    }

    /// The clock of files is coarse: what changes at once afterwards must not look the same.
    private func age() throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
    }

    @Test("a frozen file is read without any trace beside it, whatever its name")
    func read() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let readers = Readers(path, frozen)
        for _ in 0..<2 {
            #expect(try readers.snapshot { try $0.number("SELECT count(*) FROM open_hold") } == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == before)
        #expect(throws: StorageProblem.self) { try readers.read { try $0.execute("DELETE FROM open_hold") } }
    }

    @Test("a frozen file that is changed while it is read gives no answer, and is read anew the next time")
    func changed() async throws {
        try age()
        let readers = Readers(path, frozen)
        let problem = #expect(throws: StorageProblem.self) {
            try readers.read { connection in
                let other = try Connection(path, SQLiteLedger.options)
                try other.execute("INSERT INTO pulse (id, beats) VALUES (1, 1)")
                other.checkpoint()
                return try connection.number("SELECT count(*) FROM open_hold")
            }
        }
        #expect(problem?.message.contains("was changed while it was read") == true)
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        try await ledger.reserve(LineMaker(seed: 2).hold())
        await ledger.close()
        try age()
        #expect(try readers.read { try $0.number("SELECT count(*) FROM open_hold") } == 2)
        let again = try SQLiteLedger.open(at: path, time: ManualTime())
        try await again.reserve(LineMaker(seed: 3).hold())
        await again.close()
        #expect(try readers.read { try $0.number("SELECT count(*) FROM open_hold") } == 3)
    }
}
