import PennyweightMiddleware
import Testing

@Suite("TieredCache")
struct TieredCacheTests {
    private let front = MemoryCache(limitBytes: 1 << 20)
    private let back = MemoryCache(limitBytes: 1 << 20)

    @Test("what is stored is in both")
    func writesThrough() async throws {
        let cache = TieredCache(front: front, back: back)
        try await cache.store(.sample(), for: .sample(1))
        #expect(front.count == 1)
        #expect(back.count == 1)
    }

    @Test("what only the back has is served, and is in the front from then on")
    func promotes() async throws {
        let cache = TieredCache(front: front, back: back)
        await back.store(.sample(body: "b"), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) == .sample(body: "b"))
        #expect(await front.entry(for: .sample(1)) == .sample(body: "b"))
        #expect(try await cache.entry(for: .sample(2)) == nil)
    }

    @Test("the front answers without the back")
    func readsFrontFirst() async throws {
        let cache = TieredCache(front: front, back: FaultyStore(.read))
        await front.store(.sample(), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) != nil)
        await #expect(throws: FaultyStore.Broken.self) { try await cache.entry(for: .sample(2)) }
    }

    @Test("a back that can't be written throws, and the front has the entry")
    func writeFails() async throws {
        let cache = TieredCache(front: front, back: FaultyStore(.write))
        await #expect(throws: FaultyStore.Broken.self) { try await cache.store(.sample(), for: .sample(1)) }
        #expect(try await cache.entry(for: .sample(1)) != nil)
    }

    @Test("a front that fails is passed over")
    func frontFails() async throws {
        let cache = TieredCache(front: FaultyStore(.read), back: back)
        try await cache.store(.sample(), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) != nil)
    }

    @Test("what is removed is in neither")
    func removes() async throws {
        let cache = TieredCache(front: front, back: back)
        try await cache.store(.sample(), for: .sample(1))
        try await cache.remove(.sample(1))
        #expect(front.count == 0)
        #expect(back.count == 0)
    }

    @Test("an entry that is removed while it is read from the back does not come back")
    func removedWhileRead() async throws {
        let hooked = HookedStore(back)
        let cache = TieredCache(front: front, back: hooked)
        await back.store(.sample(), for: .sample(1))
        hooked.afterRead { try await cache.remove(.sample(1)) }
        #expect(try await cache.entry(for: .sample(1)) != nil)
        #expect(try await cache.entry(for: .sample(1)) == nil)
        #expect(front.count == 0)
    }

    @Test("an entry that is replaced while it is read from the back stays replaced")
    func replacedWhileRead() async throws {
        let hooked = HookedStore(back)
        let cache = TieredCache(front: front, back: hooked)
        await back.store(.sample(body: "old"), for: .sample(1))
        hooked.afterRead { try await cache.store(.sample(body: "new"), for: .sample(1)) }
        _ = try await cache.entry(for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) == .sample(body: "new"))
    }

    @Test("what somebody else removes from the back is gone from the front at the next read")
    func removedElsewhere() async throws {
        let shared = SharedStore()
        let cache = TieredCache(front: front, back: shared)
        try await cache.store(.sample(), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) != nil)
        await shared.removeElsewhere(.sample(1))
        #expect(try await cache.entry(for: .sample(1)) == nil)
        #expect(front.count == 0)
    }

    @Test("what somebody else replaces in the back is what the next read gives, from then on from the front")
    func replacedElsewhere() async throws {
        let shared = SharedStore()
        let cache = TieredCache(front: front, back: shared)
        try await cache.store(.sample(body: "old"), for: .sample(1))
        try await cache.store(.sample(body: "other"), for: .sample(2))
        await shared.store(.sample(body: "newer"), for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) == .sample(body: "newer"))
        #expect(await front.entry(for: .sample(1)) == .sample(body: "newer"))
        #expect(try await cache.entry(for: .sample(2)) == .sample(body: "other"))
    }

    @Test("what somebody else replaces while it is read from the back is not kept in the front")
    func replacedElsewhereWhileRead() async throws {
        let shared = SharedStore()
        let cache = TieredCache(front: front, back: shared)
        await shared.store(.sample(body: "old"), for: .sample(1))
        shared.afterRead { await shared.store(.sample(body: "newer"), for: .sample(1)) }
        _ = try await cache.entry(for: .sample(1))
        #expect(try await cache.entry(for: .sample(1)) == .sample(body: "newer"))
    }

    @Test("what it removes itself leaves the rest of the front as it is")
    func removedHere() async throws {
        let cache = TieredCache(front: front, back: SharedStore())
        for key in 1...3 { try await cache.store(.sample(), for: .sample(key)) }
        try await cache.remove(.sample(1))
        #expect(try await cache.entry(for: .sample(2)) != nil)
        #expect(front.count == 2)
        #expect(try await cache.entry(for: .sample(1)) == nil)
    }

    @Test("an entry that somebody else removes while it is read from the back does not stay in the front")
    func removedElsewhereWhileRead() async throws {
        let shared = SharedStore()
        let cache = TieredCache(front: front, back: shared)
        await shared.store(.sample(), for: .sample(1))
        shared.afterRead { await shared.removeElsewhere(.sample(1)) }
        #expect(try await cache.entry(for: .sample(1)) != nil)
        #expect(try await cache.entry(for: .sample(1)) == nil)
    }

    @Test("the back learns what the front gave out") func uses() async throws {
        let shared = SharedStore()
        let cache = TieredCache(front: front, back: shared)
        try await cache.store(.sample(), for: .sample(1))
        for _ in 0..<3 { _ = try await cache.entry(for: .sample(1)) }
        #expect(shared.noted == [])
        try await cache.store(.sample(), for: .sample(2))
        #expect(shared.noted == [CacheUse(.sample(1), count: 3)])
    }
}
