public import PennyweightTime
private import Synchronization

/// A fast store in front of a lasting one: reads through, writes through, and promotes what is read.
///
/// What is removed is not brought back by a read that runs at the same time: a promotion that overlaps a
/// change is taken back. What another process removes from the back is gone from the front as well, from the
/// next read on (``CacheStore/removals``); what another process replaces is not, until it expires.
public final class TieredCache: CacheStore {
    private let front: any CacheStore
    private let back: any CacheStore
    /// Counts the changes of the back: grows after it has changed, and before the front follows.
    private let changes = Atomic<UInt64>(0)
    /// The removals from the back that the front has followed.
    private let followed: Atomic<UInt64>

    public init(front: any CacheStore, back: any CacheStore) {
        self.front = front
        self.back = back
        followed = Atomic(back.removals)
    }

    /// The front's entry, or else the back's. Throws what the back throws; a front that throws is passed
    /// over.
    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        let removals = back.removals
        if followed.load(ordering: .acquiring) != removals { await follow(removals) }
        if let entry = try? await front.entry(for: key) { return entry }
        let before = changes.load(ordering: .acquiring)
        guard let entry = try await back.entry(for: key) else { return nil }
        try? await front.store(entry, for: key)
        if changes.load(ordering: .acquiring) != before || back.removals != removals {
            try? await front.remove(key)
        }
        return entry
    }

    /// Stores in both. Throws what the back throws; the front has the entry then.
    ///
    /// The front comes first, so that the entry is there while the back still writes, and once more at the
    /// end, in case a read has promoted the back's old entry in between.
    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        tellUses()
        let removals = back.removals
        try? await front.store(entry, for: key)
        try await back.store(entry, for: key)
        changes.add(1, ordering: .acquiringAndReleasing)
        try? await front.store(entry, for: key)
        if back.removals != removals { try? await front.remove(key) }
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

    public var removals: UInt64 { back.removals }

    /// Tells the back what the front has given out: entries that are hot here must not look cold there.
    private func tellUses() {
        let uses = front.takeUses()
        if !uses.isEmpty { back.note(uses) }
    }

    /// Empties the front: what was removed elsewhere may be in it.
    private func follow(_ removals: UInt64) async {
        _ = try? await front.remove(CacheSelection())
        followed.store(removals, ordering: .releasing)
    }

    private func removing<Value: Sendable>(
        from store: (any CacheStore) async throws -> Value
    ) async throws -> Value {
        let before = back.removals
        let result: Result<Value, any Error>
        do { result = .success(try await store(back)) } catch { result = .failure(error) }
        changes.add(1, ordering: .acquiringAndReleasing)
        _ = try await store(front)
        // One removal since is this one, which the front has followed by itself.
        if back.removals == before + 1 {
            _ = followed.compareExchange(
                expected: before, desired: before + 1, ordering: .acquiringAndReleasing)
        }
        return try result.get()
    }
}
