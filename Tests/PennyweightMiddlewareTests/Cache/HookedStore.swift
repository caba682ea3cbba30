import PennyweightMiddleware
import PennyweightTime
import Synchronization

/// A store that does something else between a read and its return, once.
final class HookedStore: CacheStore {
    private let inner: any CacheStore
    private let hook = Mutex<(@Sendable () async throws -> Void)?>(nil)

    init(_ inner: any CacheStore) { self.inner = inner }

    func afterRead(_ hook: @escaping @Sendable () async throws -> Void) {
        self.hook.withLock { $0 = hook }
    }

    func entry(for key: CacheKey) async throws -> CacheEntry? {
        let entry = try await inner.entry(for: key)
        try await hook.withLock { $0.take() }?()
        return entry
    }

    func store(_ entry: CacheEntry, for key: CacheKey) async throws { try await inner.store(entry, for: key) }

    func remove(_ key: CacheKey) async throws { try await inner.remove(key) }

    func entry(named id: SortableID) async throws -> CacheEntry? { try await inner.entry(named: id) }

    func remove(_ selection: CacheSelection) async throws -> Int { try await inner.remove(selection) }

    func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        try await inner.entries(selection, after: after, limit: limit)
    }

    func statistics() async throws -> CacheStatistics { try await inner.statistics() }
}
