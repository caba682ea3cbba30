import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Faults: whatever a cache was doing when the disk failed, it holds right answers only")
struct CacheFaultTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()

    init() throws { directory = try TemporaryDirectory() }

    /// The work of one process on its cache, with every kind of operation.
    private func work(on cache: SQLiteCache) async {
        for number in 0..<6 {
            let entry = make.entry(number, body: make.noise(3_000, seed: UInt64(number % 4)))
            try? await cache.store(entry, for: make.key(number))
            _ = try? await cache.entry(for: make.key(number / 2))
        }
        cache.note([CacheUse(make.key(1), count: 3)])
        try? await cache.store(make.entry(9, body: make.text(9)), for: make.key(0))
        try? await cache.remove(make.key(4))
        var selection = CacheSelection()
        selection.id = make.id(5)
        _ = try? await cache.remove(selection)
        _ = try? await cache.entries(CacheSelection(), after: nil, limit: 3)
    }

    @Test("every operation in turn, with a full disk") func everyOperation() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            let current = FaultPlan(failAt: position, isArmed: false)
            plan = current
            let path = directory.newFile()
            let cache = try SQLiteCache.open(at: path, limitBytes: 12_000) { _ in
                if current.isDue() { throw StorageProblem(.sqlite(13), "The disk is full.") }
            }
            plan.arm()
            await work(on: cache)
            plan.disarm()
            try await check(cache, position)
            // It goes on as if nothing had been.
            try await cache.store(make.entry(7, body: make.text(7)), for: make.key(7))
            #expect(try await cache.entry(for: make.key(7))?.body == make.text(7), "at \(position)")
            await cache.close()
        } while plan.hasFired
        #expect(position > 40)
    }

    /// Every entry is one that was stored, under its own key, and the counts are right.
    private func check(_ cache: SQLiteCache, _ position: Int) async throws {
        for number in 0..<6 {
            guard let entry = try await cache.entry(for: make.key(number)) else { continue }
            let expected = make.noise(3_000, seed: UInt64(number % 4))
            #expect(
                entry.body == expected || number == 0 && entry.body == make.text(9), "at \(position)")
        }
        let tier = try #require(try cache.statistics().tiers.first)
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        let size =
            "SELECT ifnull((SELECT sum(size) FROM entry), 0) + ifnull((SELECT sum(size) FROM body), 0)"
        #expect(try connection.number(size) == Int64(tier.bytes), "at \(position)")
        #expect(try connection.number("SELECT count(*) FROM entry") == Int64(tier.entries))
        #expect(try connection.number("SELECT count(*) FROM body") == Int64(tier.bodies ?? -1))
        #expect(try connection.number("SELECT count(*) FROM use") == Int64(tier.entries))
        let held =
            "SELECT count(*) FROM body WHERE holders <> (SELECT count(*) FROM entry AS e WHERE e.body = body.id)"
        #expect(try connection.number(held) == 0, "at \(position)")
    }
}
