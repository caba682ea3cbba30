import Foundation
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightSQLite

@Suite("DataDirectory: private files")
struct DataDirectoryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("directory and files belong to their owner alone") func modes() async throws {
        let data = try DataDirectory(directory.file("a/b/data/"))
        #expect(data.path == directory.file("a/b/data"))
        #expect(try directory.mode(of: data.path) == 0o700)
        let ledger = try SQLiteLedger.open(at: data.ledgerPath, time: ManualTime())
        let cache = try SQLiteCache.open(at: data.cachePath)
        try await ledger.reserve(LineMaker().hold())
        let files = try FileManager.default.contentsOfDirectory(atPath: data.path).sorted()
        #expect(
            files == [
                "cache.sqlite", "cache.sqlite-removals", "cache.sqlite-shm", "cache.sqlite-wal",
                "ledger.lock", "ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal",
            ])
        for file in files { #expect(try directory.mode(of: data.path + "/" + file) == 0o600, "\(file)") }
        await ledger.close()
        await cache.close()
    }

    @Test("a directory that exists is taken as it is") func existing() throws {
        _ = try DataDirectory(directory.path)
        _ = try DataDirectory(directory.path)
    }

    @Test("a file at the path is refused by name") func file() throws {
        try Data().write(to: URL(fileURLWithPath: directory.file("plain")))
        let failure = #expect(throws: Failure.self) { try DataDirectory(directory.file("plain")) }
        #expect(failure?.code == .storage)
        #expect(failure?.message.contains("plain") == true)
        #expect(throws: Failure.self) { try DataDirectory(directory.file("plain/below")) }
    }

    @Test("a directory where a file should be is refused") func directoryAsFile() throws {
        #expect(throws: Failure.self) { try SQLiteLedger.open(at: directory.path, time: ManualTime()) }
        #expect(throws: Failure.self) { try SQLiteCache.open(at: directory.path) }
    }

    @Test("opening tightens the mode of a file that others could read") func tightens() async throws {
        let path = directory.newFile()
        _ = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o644])
        let cache = try SQLiteCache.open(at: path)
        #expect(try directory.mode(of: path) == 0o600)
        await cache.close()
    }
}
