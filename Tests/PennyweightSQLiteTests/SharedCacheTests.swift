import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteCache: shared, selected, deduplicated")
struct SharedCacheTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()

    init() throws { directory = try TemporaryDirectory() }

    @Test("what one removes is gone at once from the memory of another on the same file")
    func purgeElsewhere() async throws {
        let path = directory.newFile()
        let (one, two) = (try SQLiteCache.open(at: path), try SQLiteCache.open(at: path))
        let front = MemoryCache(limitBytes: 1 << 20)
        let tiers = TieredCache(front: front, back: one)
        for number in 0..<3 {
            try await tiers.store(make.entry(number, body: make.text(number)), for: make.key(number))
        }
        #expect(front.count == 3)
        try await two.remove(make.key(1))
        #expect(try await tiers.entry(for: make.key(1)) == nil)
        #expect(try await tiers.entry(for: make.key(2)) != nil)
        var selection = CacheSelection()
        selection.id = make.id(2)
        #expect(try await two.remove(selection) == 1)
        #expect(try await tiers.entry(for: make.key(2)) == nil)
        #expect(try await tiers.entry(for: make.key(0)) != nil)
        #expect(try await two.remove(CacheSelection()) == 1)
        #expect(try await tiers.entry(for: make.key(0)) == nil)
    }

    @Test("what one replaces is what another on the same file serves next, and its own front goes on")
    func replaceElsewhere() async throws {
        let path = directory.newFile()
        let (one, two) = (try SQLiteCache.open(at: path), try SQLiteCache.open(at: path))
        let front = MemoryCache(limitBytes: 1 << 20)
        let (mine, theirs) = (
            TieredCache(front: front, back: one),
            TieredCache(front: MemoryCache(limitBytes: 1 << 20), back: two)
        )
        for round in 0..<20 {
            let key = make.key(round % 3)
            let old = make.entry(2 * round, body: make.text(2 * round))
            let new = make.entry(2 * round + 1, body: make.text(2 * round + 1))
            try await mine.store(old, for: key)
            #expect(try await theirs.entry(for: key)?.body == old.body)
            try await theirs.store(new, for: key)
            #expect(try await mine.entry(for: key)?.body == new.body, "round \(round)")
            #expect(try await theirs.entry(for: key)?.body == new.body)
        }
        // What nobody else has changed comes from memory: it is there although the file lost it.
        try Connection(path, SQLiteCache.options).execute("DELETE FROM entry")
        #expect(try await mine.entry(for: make.key(1)) != nil)
        #expect(front.count == 3)
    }

    @Test("cutting the file of generations short, also while it is in use, costs a look into the file only")
    func cutGenerations() async throws {
        let path = directory.newFile()
        let (one, two) = (try SQLiteCache.open(at: path), try SQLiteCache.open(at: path))
        let tiers = TieredCache(front: MemoryCache(limitBytes: 1 << 20), back: one)
        try await tiers.store(make.entry(1, body: make.text(1)), for: make.key(1))
        #expect(truncate(path + "-removals", 0) == 0)
        #expect(try await tiers.entry(for: make.key(1))?.body == make.text(1))
        #expect(one.generation(of: make.key(1)) == 0)
        try await two.store(make.entry(2, body: make.text(2)), for: make.key(1))
        #expect(try await tiers.entry(for: make.key(1))?.body == make.text(2))
        try await two.remove(CacheSelection())
        #expect(try await tiers.entry(for: make.key(1)) == nil)
    }

    @Test("many at once over two stores on one file: what is removed is never read again")
    func race() async throws {
        let path = directory.newFile()
        let (one, two) = (try SQLiteCache.open(at: path), try SQLiteCache.open(at: path))
        let tiers = TieredCache(front: MemoryCache(limitBytes: 1 << 20), back: one)
        for round in 0..<20 {
            let key = make.key(round)
            try await tiers.store(make.entry(round, body: make.text(round)), for: key)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try? await tiers.entry(for: key) } }
                group.addTask { try? await two.remove(key) }
                for _ in 0..<4 { group.addTask { _ = try? await tiers.entry(for: key) } }
            }
            #expect(try await tiers.entry(for: key) == nil, "round \(round)")
        }
    }

    @Test("equal bodies are kept once, as long as an entry has them") func deduplicates() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let body = make.noise(50_000, seed: 1)
        for number in 0..<20 { try await cache.store(make.entry(number, body: body), for: make.key(number)) }
        let tier = try #require(try cache.statistics().tiers.first)
        #expect(tier.entries == 20 && tier.bodies == 1 && tier.plainBytes == 1_000_000)
        #expect(tier.bytes < 50_000 + 20 * 1_000)
        for number in 0..<19 { try await cache.remove(make.key(number)) }
        #expect(try await cache.entry(for: make.key(19))?.body == body)
        try await cache.remove(make.key(19))
        #expect(try cache.statistics().tiers.first?.bodies == 0)
        #expect(try cache.statistics().bytes == 0)
    }

    @Test("bodies with one hash are told apart by their bytes") func hashCollision() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        try await cache.store(make.entry(1, body: make.text(1)), for: make.key(1))
        let hash = StoredBody(packing: make.text(2), route: "/chat/completions").hash(of: make.text(2))
        try Connection(cache.path, SQLiteCache.options).statement("UPDATE body SET hash = ?").run(.of(hash))
        try await cache.store(make.entry(2, body: make.text(2)), for: make.key(2))
        #expect(try await cache.entry(for: make.key(1))?.body == make.text(1))
        #expect(try await cache.entry(for: make.key(2))?.body == make.text(2))
    }

    @Test("keys with one beginning are told apart") func keyCollision() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let keys = try (0..<3).map { last in
            try #require(CacheKey(digest: Array(repeating: 9, count: 31) + [UInt8(last)]))
        }
        for (number, key) in keys.enumerated() {
            try await cache.store(make.entry(number, body: make.text(number)), for: key)
        }
        for (number, key) in keys.enumerated() {
            #expect(try await cache.entry(for: key)?.body == make.text(number))
        }
        try await cache.remove(keys[1])
        #expect(try await cache.entry(for: keys[0]) != nil)
        #expect(try await cache.entry(for: keys[2]) != nil)
    }

    @Test("selections look through more entries than one read does, page by page") func slices() async throws
    {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let count = SQLiteCache.sliceRows + 300
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for number in stride(from: task, to: count, by: 16) {
                        var entry = make.entry(number, body: make.text(number % 7))
                        if number % 1_000 == 1 { entry.account = "rare" }
                        try? await cache.store(entry, for: make.key(number))
                    }
                }
            }
        }
        var selection = CacheSelection()
        selection.account = "rare"
        let page = try await cache.entries(selection, after: make.id(1), limit: 10)
        #expect(page.entries.map(\.id) == [make.id(1_001), make.id(2_001)])
        #expect(page.next == nil)
        #expect(try await cache.entries(selection, after: nil, limit: 2).next == make.id(1_001))
        #expect(try await cache.remove(selection) == 3)
        #expect(try cache.statistics().entries == count - 3)
        #expect(try await cache.remove(CacheSelection()) == count - 3)
        #expect(try cache.statistics().bytes == 0)
    }

    @Test("large bodies come with a gzip member that gunzip reads") func gzipMember() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let body = Array(repeating: make.text(1), count: 100).flatMap { $0 }
        try await cache.store(make.entry(1, body: body), for: make.key(1))
        let member = try #require(try await cache.entry(for: make.key(1))?.gzipMember)
        #expect(member.count < body.count)
        #expect(Inflate.expand(member, to: body.count, .gzip) == body)
        try await cache.store(make.entry(2, body: make.text(2)), for: make.key(2))
        #expect(try await cache.entry(for: make.key(2))?.gzipMember == nil)
    }

    @Test("looking does not count as a use") func peeking() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile(), time: ManualTime())
        try await cache.store(make.entry(1, body: make.text(1)), for: make.key(1))
        #expect(try cache.peek(make.key(1))?.body == make.text(1))
        #expect(try cache.peek(make.key(2)) == nil)
        try await cache.store(make.entry(2, body: make.text(2)), for: make.key(2))
        let page = try await cache.entries(CacheSelection(), after: nil, limit: 9)
        #expect(page.entries.map(\.hits) == [0, 0])
    }

    @Test("a file of the version before is taken over empty") func olderVersion() async throws {
        let path = directory.newFile()
        let old = try Connection(path, SQLiteCache.options)
        let schema = Schema(
            applicationID: CacheSchema.schema.applicationID, name: "cache",
            migrations: Array(CacheSchema.schema.migrations.prefix(2)))
        try schema.migrate(old)
        let cache = try SQLiteCache.open(at: path)
        #expect(try cache.statistics().entries == 0)
        try await cache.store(make.entry(1, body: make.text(1)), for: make.key(1))
        #expect(try await cache.entry(for: make.key(1)) != nil)
    }

    @Test("a damaged file stays where it is if the caller asks for that") func leavesDamaged() throws {
        let path = directory.newFile()
        try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try SQLiteCache.open(at: path, replacesDamaged: false) }
        #expect(!FileManager.default.fileExists(atPath: path + ".broken"))
    }
}
