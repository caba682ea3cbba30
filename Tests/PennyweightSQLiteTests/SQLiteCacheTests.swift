import Foundation
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteCache: bounded, disposable, never wrong")
struct SQLiteCacheTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()

    init() throws { directory = try TemporaryDirectory() }

    @Test("entries outlive the process that stored them") func reopening() async throws {
        let path = directory.newFile()
        let first = try SQLiteCache.open(at: path)
        for (number, entry) in make.variants.enumerated() {
            try await first.store(entry, for: make.key(number))
        }
        await first.close()
        let second = try SQLiteCache.open(at: path)
        for (number, entry) in make.variants.enumerated() {
            #expect(try await second.entry(for: make.key(number)) == entry, "variant \(number)")
        }
    }

    @Test("the entry that was not used for longest goes first") func leastRecentlyUsed() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: 100_000)
        for number in 0..<10 { try await cache.store(noise(number), for: make.key(number)) }
        for number in 0..<10 where number != 4 && number != 6 {
            #expect(try await cache.entry(for: make.key(number)) != nil)
        }
        for number in 10..<13 { try await cache.store(noise(number), for: make.key(number)) }
        for number in 0..<13 {
            let isKept = try await cache.entry(for: make.key(number)) != nil
            #expect(isKept == (number != 4 && number != 6), "entry \(number)")
        }
    }

    @Test("uses are written together, and decide what goes") func touches() async throws {
        let cache = try SQLiteCache.open(
            at: directory.newFile(), limitBytes: 1 << 20, time: ManualTime())
        for number in 0..<4 {
            try await cache.store(make.entry(body: make.text(number)), for: make.key(number))
        }
        // All but the second are used, one of them in a tier in front.
        for number in [0, 2, 2] { _ = try await cache.entry(for: make.key(number)) }
        cache.note([CacheUse(make.key(3), count: 5), CacheUse(make.key(99), count: 1)])
        try await cache.store(make.entry(body: make.text(4)), for: make.key(4))
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        #expect(try connection.statement(CacheSchema.leastUsed).first(.integer(1)) { try $0.integer() } == 2)
        let used = try await cache.entries(CacheSelection(), after: nil, limit: 9).entries
        #expect(
            Set(used.map { "\($0.key == make.key(0)) \($0.hits ?? -1) \($0.lastUsed != nil)" }).count >= 3)
        #expect(used.first { $0.key == make.key(2) }?.hits == 2)
        #expect(used.first { $0.key == make.key(3) }?.hits == 5)
        #expect(used.first { $0.key == make.key(1) }?.hits == 0)
        #expect(used.first { $0.key == make.key(1) }?.lastUsed == nil)
    }

    @Test("bytes stay within the limit at every step, and are counted exactly") func bounded() async throws {
        let limit: Int64 = 60_000
        let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: limit)
        for number in 0..<60 {
            try await cache.store(noise(number), for: make.key(number % 25))
            #expect(try cache.statistics().bytes <= Int(limit))
        }
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        let size = "SELECT (SELECT sum(size) FROM entry) + (SELECT sum(size) FROM body)"
        let entries = try Int64(cache.statistics().entries)
        #expect(try connection.number(size) == Int64(cache.statistics().bytes))
        for table in ["entry", "body", "use"] {
            #expect(try connection.number("SELECT count(*) FROM \(table)") == entries)
        }
    }

    @Test("many small entries make room for a large one, a page at a time") func largeAfterSmall()
        async throws
    {
        let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: 400_000)
        for number in 0..<600 {
            try await cache.store(make.entry(body: make.text(number)), for: make.key(number))
        }
        let large = make.entry(body: make.noise(390_000, seed: 3))
        try await cache.store(large, for: make.key(9_999))
        #expect(try await cache.entry(for: make.key(9_999)) == large)
        #expect(try cache.statistics().bytes <= 400_000)
    }

    @Test("clearing removes everything and gives the space back") func clearing() async throws {
        let path = directory.newFile()
        let cache = try SQLiteCache.open(at: path)
        for number in 0..<300 { try await cache.store(noise(number), for: make.key(number)) }
        #expect(try await cache.remove(CacheSelection()) == 300)
        #expect(try cache.statistics().entries == 0)
        #expect(try cache.statistics().bytes == 0)
        await cache.close()
        #expect(try #require(try FileSize.of(path)) < 200_000)
    }

    @Test(
        "a row that was changed is a miss and is removed",
        arguments: [
            "UPDATE body SET bytes = x'00'", "UPDATE body SET bytes = zeroblob(length(bytes))",
            "UPDATE body SET bytes = substr(bytes, 1, length(bytes) - 1)",
            "UPDATE body SET bytes = CAST(bytes || x'00' AS BLOB)",
            "UPDATE body SET codec = 9", "UPDATE body SET codec = 0", "UPDATE body SET codec = 2",
            "UPDATE body SET dictionary = 77", "UPDATE body SET dictionary = 0",
            "UPDATE body SET length = length + 1", "UPDATE body SET length = 4000000000000",
            "UPDATE body SET length = -1", "UPDATE entry SET body = 77", "DELETE FROM body",
            "UPDATE entry SET name = zeroblob(16)", "UPDATE entry SET tags = '&a=b&'",
            "UPDATE entry SET pace = x'00'", "UPDATE entry SET took = 1", "UPDATE entry SET namespace = 'x'",
            "UPDATE entry SET checksum = checksum + 1",
            "UPDATE entry SET cost_lower = 1", "UPDATE entry SET cost_status = 'free'",
            "UPDATE entry SET input = 1", "UPDATE entry SET meters = '[['",
            "UPDATE entry SET model = 'other'",
            "UPDATE entry SET account = 'other'", "UPDATE entry SET executed_model = NULL",
            "UPDATE entry SET usage = 'none'", "UPDATE entry SET expires_at = expires_at + 1",
            "UPDATE entry SET canonical_digest = zeroblob(32)",
        ])
    func damagedRow(_ sql: String) async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        try await cache.store(make.entry(body: make.text(1), usage: LineMaker.usage), for: make.key(1))
        #expect(try await cache.entry(for: make.key(1)) != nil)
        try Connection(cache.path, SQLiteCache.options).execute(sql)
        #expect(try await cache.entry(for: make.key(1)) == nil)
        try await cache.remove(make.key(2))
        #expect(try cache.statistics().entries == 0)
        try await cache.store(make.entry(body: make.text(1)), for: make.key(1))
        #expect(try await cache.entry(for: make.key(1)) != nil)
    }

    @Test("a row under another key is a miss") func movedRow() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        try await cache.store(make.entry(body: make.text(1)), for: make.key(1))
        let connection = try Connection(cache.path, SQLiteCache.options)
        try connection.statement("UPDATE entry SET key = ?, hash = ?")
            .run(.of(make.key(2).digest), .of(make.key(2).hash))
        #expect(try await cache.entry(for: make.key(2)) == nil)
    }

    @Test("a damaged file is moved aside and begun anew") func damagedFile() async throws {
        let path = directory.newFile()
        let first = try SQLiteCache.open(at: path)
        try await first.store(make.entry(body: make.text(1)), for: make.key(1))
        await first.close()
        try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: path))
        let second = try SQLiteCache.open(at: path)
        #expect(try await second.entry(for: make.key(1)) == nil)
        try await second.store(make.entry(body: make.text(2)), for: make.key(1))
        #expect(try await second.entry(for: make.key(1))?.body == make.text(2))
        #expect(FileManager.default.fileExists(atPath: path + ".broken"))
    }

    @Test("a file with damaged tables is moved aside and begun anew") func damagedTables() async throws {
        let path = directory.newFile()
        let first = try SQLiteCache.open(at: path)
        for number in 0..<50 { try await first.store(noise(number), for: make.key(number)) }
        await first.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in 4_096..<bytes.count { bytes[index] = 0xAA }
        try bytes.write(to: URL(fileURLWithPath: path))
        let second = try SQLiteCache.open(at: path)
        try await second.store(make.entry(body: make.text(2)), for: make.key(1))
        #expect(try await second.entry(for: make.key(1))?.body == make.text(2))
    }

    @Test("a file of a newer version is moved aside: a cache is disposable") func newer() async throws {
        let path = directory.newFile()
        await (try SQLiteCache.open(at: path)).close()
        try Connection(path, SQLiteCache.options).execute("PRAGMA user_version = 99")
        let cache = try SQLiteCache.open(at: path)
        #expect(try cache.statistics().entries == 0)
    }

    @Test("a closed cache throws, so that the call is a miss") func closed() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        await cache.close()
        let reading = await #expect(throws: Failure.self) { try await cache.entry(for: make.key(1)) }
        #expect(reading?.code == .storage)
        await #expect(throws: Failure.self) {
            try await cache.store(make.entry(body: []), for: make.key(1))
        }
    }

    @Test("a cancelled task's store is done") func cancelled() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        try await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await cache.store(make.entry(body: make.text(1)), for: make.key(1))
        }.value
        #expect(try await cache.entry(for: make.key(1)) != nil)
    }

    private func noise(_ number: Int) -> CacheEntry {
        make.entry(body: make.noise(8_000, seed: UInt64(number)))
    }
}
