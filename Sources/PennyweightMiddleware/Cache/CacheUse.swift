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
    /// For stores that nobody shares.
    public var removals: UInt64 { 0 }

    /// For stores that don't order entries by use.
    public func note(_ uses: [CacheUse]) {}

    /// For stores that don't count uses.
    public func takeUses() -> [CacheUse] { [] }
}
