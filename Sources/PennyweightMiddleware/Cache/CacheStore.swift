public import PennyweightTime

/// Where answers are kept. It knows no policy: what is stored, served and expired is decided by the stage
/// `Cache`.
///
/// Stores are disposable and bounded. Whatever they throw makes the call a miss, never an error.
public protocol CacheStore: Sendable {
    /// The entry under a key, fresh or not; nil if there is none.
    func entry(for key: CacheKey) async throws -> CacheEntry?

    /// The entry of a name, fresh or not; nil if there is none.
    func entry(named id: SortableID) async throws -> CacheEntry?

    /// The entry of a name, if it is sealed with this secret, or in plain without one.
    func entry(named id: SortableID, sealedWith secret: CacheSecret?) async throws -> CacheEntry?

    /// Puts an entry under a key, in place of what was there. An entry larger than the store's bound is not
    /// kept.
    func store(_ entry: CacheEntry, for key: CacheKey) async throws

    /// Removes the entry under a key, if there is one.
    func remove(_ key: CacheKey) async throws

    /// Removes the selected entries; returns how many there were.
    ///
    /// Whatever was stored before the call is gone when it returns, also for others who share the store.
    /// What is stored meanwhile may stay. Cancelling it leaves some entries where they were.
    @discardableResult
    func remove(_ selection: CacheSelection) async throws -> Int

    /// A page of the selected entries, without their bodies, in the order of their names: those that follow
    /// `after`, at most `limit`.
    func entries(_ selection: CacheSelection, after: SortableID?, limit: Int) async throws -> CachePage

    /// Counts what is kept.
    func statistics() async throws -> CacheStatistics

    /// Another number whenever the entry under a key was replaced, or removed on request, by whoever shares
    /// the store: what was read before may be no more. Other keys may share the number. After an entry was
    /// stored it is its ``CacheEntry/mark``. Costs little, and never waits. 0 for a store that nobody shares.
    func generation(of key: CacheKey) -> UInt64

    /// Notes uses that a tier in front answered, so that what is used there does not look unused here. Best
    /// effort; waits for nothing.
    func note(_ uses: [CacheUse])

    /// What was given out since this was last asked, for the store behind.
    func takeUses() -> [CacheUse]
}
