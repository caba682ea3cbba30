import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTime

/// A cache whose every entry is sealed with one secret, under the keys that a test gives.
struct SecretStore: CacheStore {
    let cache: SQLiteCache
    let secret: CacheSecret

    private func sealed(_ key: CacheKey) -> CacheKey { CacheKey(digest: key.digest, secret: secret) ?? key }

    func entry(for key: CacheKey) async throws -> CacheEntry? { try await cache.entry(for: sealed(key)) }
    func entry(named id: SortableID) async throws -> CacheEntry? {
        try await cache.entry(named: id, sealedWith: secret)
    }
    func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        try await cache.store(entry, for: sealed(key))
    }
    func remove(_ key: CacheKey) async throws { try await cache.remove(key) }
    func remove(_ selection: CacheSelection) async throws -> Int { try await cache.remove(selection) }
    func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        var page = try await cache.entries(selection, after: after, limit: limit)
        for index in page.entries.indices { page.entries[index].isSealed.toggle() }
        return page
    }
    /// Sealed bodies are never told to be equal.
    func statistics() async throws -> CacheStatistics {
        var statistics = try cache.statistics()
        for index in statistics.tiers.indices { statistics.tiers[index].bodies = nil }
        return statistics
    }
}
