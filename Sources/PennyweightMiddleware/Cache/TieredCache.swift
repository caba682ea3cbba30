public import PennyweightTime
private import Synchronization

/// A fast store in front of a lasting one: reads through, writes through, and promotes what is read.
///
/// What is removed is not brought back by a read that runs at the same time: a promotion that overlaps a
/// change is taken back. What another process replaces or removes in the back is no more served from the
/// front, from the next read on (``CacheStore/generation(of:)``).
public final class TieredCache: CacheStore {
    private let front: any CacheStore
    private let back: any CacheStore
    /// Counts the changes of the back: grows after it has changed, and before the front follows.
    private let changes = Atomic<UInt64>(0)

    public init(front: any CacheStore, back: any CacheStore) {
        self.front = front
        self.back = back
    }

    /// The front's entry if it is still the back's, or else the back's. Throws what the back throws; a front
    /// that throws is passed over.
    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        // Before the back is read: what changes after that is noticed by the next read.
        let generation = back.generation(of: key)
        let kept = try? await front.entry(for: key)
        if let kept, kept.generation == generation { return kept }
        let before = changes.load(ordering: .acquiring)
        guard var entry = try await back.entry(for: key) else {
            if kept != nil, changes.load(ordering: .acquiring) == before { try? await front.remove(key) }
            return nil
        }
        entry.generation = generation
        try? await front.store(entry, for: key)
        if changes.load(ordering: .acquiring) != before { try? await front.remove(key) }
        return entry
    }

    /// Stores in both. Throws what the back throws; the front has the entry then.
    ///
    /// The front comes first, so that the entry is there while the back still writes, and once more at the
    /// end, in case a read has promoted the back's old entry in between. If another process has stored one
    /// since, the next read asks the back.
    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        tellUses()
        var kept = entry
        kept.generation = back.generation(of: key)
        try? await front.store(kept, for: key)
        try await back.store(entry, for: key)
        changes.add(1, ordering: .acquiringAndReleasing)
        if back.generation(of: key) == entry.mark { kept.generation = entry.mark }
        try? await front.store(kept, for: key)
    }

    /// Removes from both. Throws if either throws, after both were asked.
    public func remove(_ key: CacheKey) async throws {
        try await removing(from: { try await $0.remove(key) })
    }

    /// Removes from both; counts what the back had. Throws if either throws, after both were asked.
    @discardableResult
    public func remove(_ selection: CacheSelection) async throws -> Int {
        try await removing(from: { try await $0.remove(selection) })
    }

    /// The back's entry of a name: it has all of them.
    public func entry(named id: SortableID) async throws -> CacheEntry? {
        try await back.entry(named: id)
    }

    public func entry(named id: SortableID, sealedWith secret: CacheSecret?) async throws -> CacheEntry? {
        try await back.entry(named: id, sealedWith: secret)
    }

    /// A page of the back, which has all entries.
    public func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        tellUses()
        return try await back.entries(selection, after: after, limit: limit)
    }

    /// Both tiers, the front first.
    public func statistics() async throws -> CacheStatistics {
        let (front, back) = (try await front.statistics(), try await back.statistics())
        return CacheStatistics(tiers: front.tiers + back.tiers)
    }

    public func generation(of key: CacheKey) -> UInt64 { back.generation(of: key) }

    /// Tells the back what the front has given out: entries that are hot here must not look cold there.
    private func tellUses() {
        let uses = front.takeUses()
        if !uses.isEmpty { back.note(uses) }
    }

    private func removing<Value: Sendable>(
        from store: (any CacheStore) async throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do { result = .success(try await store(back)) } catch { result = .failure(error) }
        changes.add(1, ordering: .acquiringAndReleasing)
        _ = try await store(front)
        return try result.get()
    }
}
