public import PennyweightTime

/// How often an entry was given out by a tier in front of its store.
public struct CacheUse: Sendable, Hashable {
    public var key: CacheKey
    public var count: Int

    public init(_ key: CacheKey, count: Int) {
        self.key = key
        self.count = count
    }
}

extension CacheStore {
    /// For stores that seal nothing: they can't tell whose an entry is.
    public func entry(named id: SortableID, sealedWith secret: CacheSecret?) async throws -> CacheEntry? {
        secret == nil ? try await entry(named: id) : nil
    }

    /// For stores that nobody shares.
    public func generation(of key: CacheKey) -> UInt64 { 0 }

    /// For stores that don't order entries by use.
    public func note(_ uses: [CacheUse]) {}

    /// For stores that don't count uses.
    public func takeUses() -> [CacheUse] { [] }
}
