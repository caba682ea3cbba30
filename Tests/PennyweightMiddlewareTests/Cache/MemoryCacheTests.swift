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

    @Test("what was not asked for the longest goes first")
    func recency() async {
        let cache = MemoryCache(limitBytes: unit * 3)
        for key in 1...3 { await cache.store(entry("a"), for: .sample(key)) }
        _ = await cache.entry(for: .sample(1))
        await cache.store(entry("a"), for: .sample(4))
        #expect(await cache.entry(for: .sample(2)) == nil)
        for key in [1, 3, 4] { #expect(await cache.entry(for: .sample(key)) != nil) }
        #expect(cache.byteCount == unit * 3)
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

    @Test("it agrees with a plain list through thousands of random steps")
    func model() async {
        let random = SeededRandom(seed: 4_711)
        let cache = MemoryCache(limitBytes: unit * 8)
        var model: [(key: Int, entry: CacheEntry)] = []
        for step in 0..<5_000 {
            let key = Int(random.next(below: 20))
            let old = model.firstIndex { $0.key == key }
            switch random.next(below: 10) {
            case 0:
                await cache.remove(.sample(key))
                if let old { model.remove(at: old) }
            case 1...4:
                let entry = CacheEntry.sample(
                    body: String(repeating: "x", count: Int(random.next(below: 900))))
                await cache.store(entry, for: .sample(key))
                if let old { model.remove(at: old) }
                model.append((key, entry))
                while model.reduce(0, { $0 + $1.entry.memoryBytes }) > unit * 8 { model.removeFirst() }
            default:
                let found = await cache.entry(for: .sample(key))
                #expect(found == old.map { model[$0].entry }, "seed \(random.seed), step \(step)")
                if let old { model.append(model.remove(at: old)) }
            }
            #expect(cache.count == model.count)
            #expect(cache.byteCount == model.reduce(0) { $0 + $1.entry.memoryBytes })
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
