private import Synchronization

/// A fast store in front of a lasting one: reads through, writes through, and promotes what is read.
///
/// What is removed is not brought back by a read that runs at the same time: a promotion that overlaps a
/// change is taken back.
public final class TieredCache: CacheStore {
    private let front: any CacheStore
    private let back: any CacheStore
    /// Counts the changes of the back: grows after it has changed, and before the front follows.
    private let changes = Mutex<UInt64>(0)

    public init(front: any CacheStore, back: any CacheStore) {
        self.front = front
        self.back = back
    }

    /// The front's entry, or else the back's. Throws what the back throws; a front that throws is passed
    /// over.
    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        if let entry = try? await front.entry(for: key) { return entry }
        let before = changes.withLock { $0 }
        guard let entry = try await back.entry(for: key) else { return nil }
        try? await front.store(entry, for: key)
        if changes.withLock({ $0 }) != before { try? await front.remove(key) }
        return entry
    }

    /// Stores in both. Throws what the back throws; the front has the entry then.
    ///
    /// The front comes first, so that the entry is there while the back still writes, and once more at the
    /// end, in case a read has promoted the back's old entry in between.
    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        try? await front.store(entry, for: key)
        try await back.store(entry, for: key)
        changes.withLock { $0 += 1 }
        try? await front.store(entry, for: key)
    }

    /// Removes from both. Throws if either throws, after both were asked.
    public func remove(_ key: CacheKey) async throws {
        let result: Result<Void, any Error>
        do {
            try await back.remove(key)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        changes.withLock { $0 += 1 }
        try await front.remove(key)
        try result.get()
    }
}
