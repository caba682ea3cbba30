import PennyweightMiddleware
import PennyweightTime
import Synchronization

/// A store in memory that somebody else removes entries from, and that remembers the uses it was told of.
final class SharedStore: CacheStore {
    private let inner = MemoryCache(limitBytes: 1 << 20)
    private let removed = Mutex<UInt64>(7)
    private let marks = Mutex<[CacheKey: UInt64]>([:])
    private let uses = Mutex<[CacheUse]>([])
    private let hook = Mutex<(@Sendable () async -> Void)?>(nil)

    func generation(of key: CacheKey) -> UInt64 {
        marks.withLock { $0[key] } ?? removed.withLock { $0 }
    }
    var noted: [CacheUse] { uses.withLock { $0 } }

    func note(_ uses: [CacheUse]) { self.uses.withLock { $0 += uses } }

    func afterRead(_ hook: @escaping @Sendable () async -> Void) { self.hook.withLock { $0 = hook } }

    /// As another process does it.
    func removeElsewhere(_ key: CacheKey) async {
        await inner.remove(key)
        let number = removed.withLock { removed in
            removed += 1
            return removed
        }
        marks.withLock { $0[key] = number }
    }

    func entry(for key: CacheKey) async -> CacheEntry? {
        let entry = await inner.entry(for: key)
        await hook.withLock { $0.take() }?()
        return entry
    }

    func entry(named id: SortableID) async -> CacheEntry? { await inner.entry(named: id) }

    func store(_ entry: CacheEntry, for key: CacheKey) async {
        await inner.store(entry, for: key)
        marks.withLock { $0[key] = entry.mark }
    }

    func remove(_ key: CacheKey) async { await removeElsewhere(key) }

    func remove(_ selection: CacheSelection) async -> Int {
        defer {
            removed.withLock { $0 += 1 }
            marks.withLock { $0 = [:] }
        }
        return await inner.remove(selection)
    }

    func entries(_ selection: CacheSelection, after: SortableID?, limit: Int) async -> CachePage {
        await inner.entries(selection, after: after, limit: limit)
    }

    func statistics() async -> CacheStatistics { await inner.statistics() }
}
