import Logging
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("PausingCache")
struct PausingCacheTests {
    private let time = ManualTime()

    private func cache(_ store: any CacheStore) -> PausingCache {
        PausingCache(store, pause: .seconds(30), time: time, logger: Logger(label: "test"))
    }

    @Test("a store that can't be written is left alone for a while, and then tried again")
    func writing() async throws {
        let store = FaultyStore(.write)
        let cache = cache(store)
        await #expect(throws: FaultyStore.Broken.self) { try await cache.store(.sample(), for: .sample(1)) }
        #expect(cache.isPaused)
        for _ in 0..<5 {
            await #expect(throws: Failure.self) { try await cache.store(.sample(), for: .sample(1)) }
        }
        #expect(store.writeCount == 1)
        time.advance(by: .seconds(31))
        await #expect(throws: FaultyStore.Broken.self) { try await cache.store(.sample(), for: .sample(1)) }
        #expect(store.writeCount == 2)
        store.heal()
        time.advance(by: .seconds(31))
        try await cache.store(.sample(), for: .sample(1))
        #expect(!cache.isPaused)
        #expect(try await cache.entry(for: .sample(1)) != nil)
    }

    @Test("a store that can't be read is left alone as well: nothing is found, and nothing throws twice")
    func reading() async throws {
        let store = FaultyStore(.read)
        let cache = cache(store)
        await #expect(throws: FaultyStore.Broken.self) { try await cache.entry(for: .sample(1)) }
        #expect(try await cache.entry(for: .sample(1)) == nil)
        store.heal()
        time.advance(by: .seconds(30))
        try await cache.store(.sample(), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) != nil)
    }

    @Test("what is removed and counted is asked of the store in any case") func care() async throws {
        let store = FaultyStore(.write)
        let cache = cache(store)
        try? await cache.store(.sample(), for: .sample(1))
        #expect(cache.isPaused)
        #expect(try await cache.remove(CacheSelection()) == 0)
        #expect(try await cache.statistics().entries == 0)
        #expect(try await cache.entries(CacheSelection(), after: nil, limit: 1).entries.isEmpty)
    }

    @Test("it keeps the promises of CacheStore") func contract() async throws {
        try await checkCacheStore { cache(MemoryCache(limitBytes: $0)) }
    }
}
