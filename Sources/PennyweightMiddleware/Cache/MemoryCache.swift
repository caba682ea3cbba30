private import PennyweightLedger
private import Synchronization

/// Answers in memory, bounded in bytes; what was not asked for the longest goes first.
///
/// Every operation is O(1). It is an LRU and not S3-FIFO, which resists one-time questions better: this tier
/// stands in front of another one that keeps what falls out, so a bad eviction costs a disk read and never a
/// paid call, and an LRU can be understood at a glance.
public final class MemoryCache: CacheStore {
    private let limitBytes: Int
    private let entries: Mutex<RecentEntries>

    /// Keeps at most so many bytes, each entry's overhead included (``CacheEntry/memoryBytes``).
    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
        entries = Mutex(RecentEntries())
    }

    /// The bytes that are kept now.
    public var byteCount: Int { entries.withLock { $0.byteCount } }

    /// How many entries are kept now.
    public var count: Int { entries.withLock { $0.count } }

    public func entry(for key: CacheKey) async -> CacheEntry? {
        entries.withLock { $0.use(key) }
    }

    public func store(_ entry: CacheEntry, for key: CacheKey) async {
        let bytes = entry.memoryBytes
        // What falls out is released after the lock.
        let dropped = entries.withLock { entries in
            var dropped = [entries.remove(key)]
            guard bytes <= limitBytes else { return dropped }
            entries.insert(entry, for: key, bytes: bytes)
            while entries.byteCount > limitBytes { dropped.append(entries.removeOldest()) }
            return dropped
        }
        _ = dropped
    }

    public func remove(_ key: CacheKey) async {
        _ = entries.withLock { $0.remove(key) }
    }
}

extension CacheEntry {
    /// What the entry takes in memory, rounded up: its bytes and texts, and 768 for the objects around them.
    public var memoryBytes: Int {
        let texts = [account, route, model, executedModel ?? "", provider, contentType]
        return body.count + canonicalDigest.count + (usage?.raw?.count ?? 0)
            + texts.reduce(0) { $0 + $1.utf8.count } + 768
    }
}

/// Entries in the order of their last use: slots in an array, linked by index, so that nothing is allocated
/// for a use.
struct RecentEntries {
    private struct Slot {
        var key: CacheKey
        var entry: CacheEntry
        var bytes: Int
        var newer: Int?
        var older: Int?
    }

    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var indices: [CacheKey: Int] = [:]
    private var newest: Int?
    private var oldest: Int?
    private(set) var byteCount = 0

    var count: Int { indices.count }

    /// The entry under a key, which becomes the newest.
    mutating func use(_ key: CacheKey) -> CacheEntry? {
        guard let index = indices[key] else { return nil }
        if index != newest {
            unlink(index)
            linkAsNewest(index)
        }
        return slots[index]?.entry
    }

    /// Adds an entry under a key that isn't there.
    mutating func insert(_ entry: CacheEntry, for key: CacheKey, bytes: Int) {
        let slot = Slot(key: key, entry: entry, bytes: bytes)
        let index: Int
        if let reused = free.popLast() {
            index = reused
            slots[index] = slot
        } else {
            index = slots.count
            slots.append(slot)
        }
        indices[key] = index
        byteCount += bytes
        linkAsNewest(index)
    }

    mutating func remove(_ key: CacheKey) -> CacheEntry? {
        guard let index = indices.removeValue(forKey: key) else { return nil }
        unlink(index)
        let slot = slots[index].take()
        byteCount -= slot?.bytes ?? 0
        free.append(index)
        return slot?.entry
    }

    mutating func removeOldest() -> CacheEntry? {
        guard let oldest, let key = slots[oldest]?.key else { return nil }
        return remove(key)
    }

    private mutating func unlink(_ index: Int) {
        let newer = slots[index]?.newer
        let older = slots[index]?.older
        if let newer { slots[newer]?.older = older } else { newest = older }
        if let older { slots[older]?.newer = newer } else { oldest = newer }
    }

    private mutating func linkAsNewest(_ index: Int) {
        slots[index]?.newer = nil
        slots[index]?.older = newest
        if let newest { slots[newest]?.newer = index } else { oldest = index }
        newest = index
    }
}
