import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("MemoryCache")
struct MemoryCacheTests {
    private let unit = CacheEntry.sample(body: String(repeating: "x", count: 100)).memoryBytes

    private func entry(_ letter: String) -> CacheEntry {
        .sample(body: String(repeating: letter, count: 100))
    }

    @Test("an entry comes back as it was stored, fresh or not")
    func roundTrip() async {
        let cache = MemoryCache(limitBytes: 1 << 20)
        #expect(await cache.entry(for: .sample(1)) == nil)
        await cache.store(entry("a"), for: .sample(1))
        #expect(await cache.entry(for: .sample(1)) == entry("a"))
        #expect(await cache.entry(for: .sample(2)) == nil)
    }

    @Test("storing under a key replaces what was there, and counts it once")
    func replaces() async {
        let cache = MemoryCache(limitBytes: 1 << 20)
        await cache.store(entry("a"), for: .sample(1))
        await cache.store(entry("b"), for: .sample(1))
        #expect(await cache.entry(for: .sample(1)) == entry("b"))
        #expect(cache.byteCount == unit)
        #expect(cache.count == 1)
    }

    @Test("what was not asked for since it came goes first, the oldest before the newest")
    func unused() async {
        let cache = MemoryCache(limitBytes: unit * 3)
        for key in 1...3 { await cache.store(entry("a"), for: .sample(key)) }
        _ = await cache.entry(for: .sample(1))
        await cache.store(entry("a"), for: .sample(4))
        #expect(await cache.entry(for: .sample(2)) == nil)
        for key in [1, 3, 4] { #expect(await cache.entry(for: .sample(key)) != nil) }
        #expect(cache.byteCount == unit * 3)
    }

    @Test("a thousand questions that are asked once don't push out the ones that everybody asks")
    func scan() async {
        let cache = MemoryCache(limitBytes: unit * 100)
        var recent = RecentList(limit: 100)
        let hot = 0..<50
        var (hits, recentHits) = (0, 0)
        for round in 0..<20 {
            // Everybody's questions come twice before the first batch, and once before each other one.
            for key in round == 0 ? Array(hot) + Array(hot) : Array(hot) {
                let isHit = await cache.entry(for: .sample(key)) != nil
                if !isHit { await cache.store(entry("a"), for: .sample(key)) }
                let isRecent = recent.use(key)
                if round > 0 {
                    (hits, recentHits) = (hits + (isHit ? 1 : 0), recentHits + (isRecent ? 1 : 0))
                }
            }
            for offset in 0..<1_000 {
                let key = 1_000 + round * 1_000 + offset
                if await cache.entry(for: .sample(key)) == nil {
                    await cache.store(entry("a"), for: .sample(key))
                }
                _ = recent.use(key)
            }
        }
        // All of them, where an LRU has none.
        #expect(hits == 19 * 50)
        #expect(recentHits == 0)
    }

    @Test("a key that left unused and comes again soon is kept longer") func ghost() async {
        let cache = MemoryCache(limitBytes: unit * 10)
        for key in 1...11 { await cache.store(entry("a"), for: .sample(key)) }
        #expect(await cache.entry(for: .sample(1)) == nil)
        await cache.store(entry("a"), for: .sample(1))
        for key in 100..<109 { await cache.store(entry("a"), for: .sample(key)) }
        #expect(await cache.entry(for: .sample(1)) != nil)
    }

    @Test("uses are told once, to whoever asks") func uses() async {
        let cache = MemoryCache(limitBytes: 1 << 20)
        for key in 1...3 { await cache.store(entry("a"), for: .sample(key)) }
        for key in [2, 3, 2] { _ = await cache.entry(for: .sample(key)) }
        #expect(cache.takeUses() == [CacheUse(.sample(2), count: 2), CacheUse(.sample(3), count: 1)])
        #expect(cache.takeUses() == [])
        _ = await cache.entry(for: .sample(3))
        await cache.remove(.sample(3))
        #expect(cache.takeUses() == [])
    }

    @Test("an entry larger than the bound is not kept, and neither is what it replaces")
    func tooLarge() async {
        let cache = MemoryCache(limitBytes: unit * 2)
        await cache.store(entry("a"), for: .sample(1))
        await cache.store(.sample(body: String(repeating: "x", count: unit * 2)), for: .sample(1))
        #expect(await cache.entry(for: .sample(1)) == nil)
        #expect(cache.byteCount == 0)
    }

    @Test("a large entry pushes out as many as it needs")
    func large() async {
        let cache = MemoryCache(limitBytes: unit * 4)
        for key in 1...4 { await cache.store(entry("a"), for: .sample(key)) }
        await cache.store(.sample(body: String(repeating: "x", count: 101 + unit * 2)), for: .sample(5))
        #expect(cache.count == 1)
        #expect(await cache.entry(for: .sample(5)) != nil)
    }

    @Test("a removed entry is gone, and removing it again does nothing")
    func removes() async {
        let cache = MemoryCache(limitBytes: 1 << 20)
        await cache.store(entry("a"), for: .sample(1))
        await cache.remove(.sample(1))
        await cache.remove(.sample(1))
        #expect(await cache.entry(for: .sample(1)) == nil)
        #expect(cache.byteCount == 0)
    }

    @Test("it counts its bytes right, and gives nothing else than was stored, through random steps")
    func random() async {
        let random = SeededRandom(seed: 4_711)
        let cache = MemoryCache(limitBytes: unit * 8)
        var latest: [Int: CacheEntry] = [:]
        for step in 0..<5_000 {
            let key = Int(random.next(below: 20))
            switch random.next(below: 10) {
            case 0:
                await cache.remove(.sample(key))
                latest[key] = nil
            case 1...4:
                let entry = CacheEntry.sample(
                    body: String(repeating: "x", count: Int(random.next(below: 900))))
                await cache.store(entry, for: .sample(key))
                latest[key] = entry
            default:
                let found = await cache.entry(for: .sample(key))
                #expect(found == nil || found == latest[key], "seed \(random.seed), step \(step)")
            }
            guard step.isMultiple(of: 50) else { continue }
            var (count, bytes) = (0, 0)
            for key in 0..<20 {
                guard let entry = await cache.entry(for: .sample(key)) else { continue }
                count += 1
                bytes += entry.memoryBytes
            }
            #expect(cache.count == count && cache.byteCount == bytes, "seed \(random.seed), step \(step)")
            #expect(bytes <= unit * 8)
        }
    }

    @Test("many tasks at once leave the bound unbroken")
    func concurrent() async {
        let cache = MemoryCache(limitBytes: unit * 10)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<200 {
                        await cache.store(.sample(), for: .sample((task * 31 + step) % 40))
                        _ = await cache.entry(for: .sample(step % 40))
                        #expect(cache.byteCount <= 10 * 1_000)
                    }
                }
            }
        }
        #expect(cache.byteCount == cache.count * CacheEntry.sample().memoryBytes)
    }
}

/// Which keys an LRU would keep: the naive one, to compare with.
private struct RecentList {
    private let limit: Int
    private var keys: [Int] = []

    init(limit: Int) { self.limit = limit }

    /// True if the key is there; it is the newest then in any case.
    mutating func use(_ key: Int) -> Bool {
        let place = keys.firstIndex(of: key)
        if let place { keys.remove(at: place) }
        keys.append(key)
        if keys.count > limit { keys.removeFirst() }
        return place != nil
    }
}
