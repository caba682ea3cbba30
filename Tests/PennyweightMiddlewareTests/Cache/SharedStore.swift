import PennyweightMiddleware
import PennyweightTime
import Synchronization

/// A store in memory that somebody else removes entries from, and that remembers the uses it was told of.
final class SharedStore: CacheStore {
    private let inner = MemoryCache(limitBytes: 1 << 20)
    private let removed = Mutex<UInt64>(7)
    private let uses = Mutex<[CacheUse]>([])
    private let hook = Mutex<(@Sendable () async -> Void)?>(nil)

    var removals: UInt64 { removed.withLock { $0 } }
    var noted: [CacheUse] { uses.withLock { $0 } }

    func note(_ uses: [CacheUse]) { self.uses.withLock { $0 += uses } }

    func afterRead(_ hook: @escaping @Sendable () async -> Void) { self.hook.withLock { $0 = hook } }

    /// As another process does it.
    func removeElsewhere(_ key: CacheKey) async {
        await inner.remove(key)
        removed.withLock { $0 += 1 }
    }

    func entry(for key: CacheKey) async -> CacheEntry? {
        let entry = await inner.entry(for: key)
        await hook.withLock { $0.take() }?()
        return entry
    }

    func entry(named id: SortableID) async -> CacheEntry? { await inner.entry(named: id) }

    func store(_ entry: CacheEntry, for key: CacheKey) async { await inner.store(entry, for: key) }

    func remove(_ key: CacheKey) async { await removeElsewhere(key) }

    func remove(_ selection: CacheSelection) async -> Int {
        defer { removed.withLock { $0 += 1 } }
        return await inner.remove(selection)
    }

    func entries(_ selection: CacheSelection, after: SortableID?, limit: Int) async -> CachePage {
        await inner.entries(selection, after: after, limit: limit)
    }

    func statistics() async -> CacheStatistics { await inner.statistics() }
}
