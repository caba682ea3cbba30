public import PennyweightTime

/// A store that keeps nothing.
public struct NoCache: CacheStore {
    public init() {}

    public func entry(for key: CacheKey) async throws -> CacheEntry? { nil }
    public func entry(named id: SortableID) async throws -> CacheEntry? { nil }
    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {}
    public func remove(_ key: CacheKey) async throws {}
    public func remove(_ selection: CacheSelection) async throws -> Int { 0 }

    public func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        CachePage([])
    }

    public func statistics() async throws -> CacheStatistics { CacheStatistics(tiers: []) }
}
