private import PennyweightLedger
public import PennyweightTime
private import Synchronization

/// Answers in memory, bounded in bytes; what is asked for only once goes first.
///
/// The order is S3-FIFO's (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): new
/// entries wait in a small queue, a tenth of the bytes, and only those that are asked for there reach the
/// main one. An LRU lets a batch job's thousand different questions push out the few that everyone asks;
/// here they only pass through the small queue. A hit moves nothing, it counts up to three, so it is cheaper
/// too. Every use and change is O(1), amortised for a change, and a use allocates nothing.
public final class MemoryCache: CacheStore {
    private let limitBytes: Int
    private let entries: Mutex<QueuedEntries>

    /// Keeps at most so many bytes, each entry's overhead included (``CacheEntry/memoryBytes``).
    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
        entries = Mutex(QueuedEntries(limitBytes: limitBytes))
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
        let dropped = entries.withLock { $0.insert(entry, for: key, bytes: bytes) }
        _ = dropped
    }

    public func remove(_ key: CacheKey) async {
        _ = entries.withLock { $0.remove(key) }
    }

    /// The entry of a name. Looks through all of them.
    public func entry(named id: SortableID) async -> CacheEntry? {
        var selection = CacheSelection()
        selection.id = id
        return entries.withLock { $0.picked(by: selection).first?.entry }
    }

    /// The entry of a name, if it was stored with this secret.
    public func entry(named id: SortableID, sealedWith secret: CacheSecret?) async -> CacheEntry? {
        var selection = CacheSelection()
        selection.id = id
        return entries.withLock { entries in
            entries.picked(by: selection).first { $0.key.secret == secret }?.entry
        }
    }

    @discardableResult
    public func remove(_ selection: CacheSelection) async -> Int {
        let removed = entries.withLock { entries in
            entries.picked(by: selection).map { entries.remove($0.key) }
        }
        return removed.count
    }

    /// A page of the selected entries. Looks through all of them.
    public func entries(_ selection: CacheSelection, after: SortableID?, limit: Int) async -> CachePage {
        let picked = entries.withLock { $0.picked(by: selection) }
        let rest = picked.filter { picked in after.map { picked.entry.id > $0 } ?? true }
            .sorted { $0.entry.id < $1.entry.id }
        let page = rest.prefix(max(limit, 0)).map { CacheSummary(of: $0.entry, under: $0.key) }
        return CachePage(page, next: page.count < rest.count ? page.last?.id : nil)
    }

    public func statistics() async -> CacheStatistics {
        entries.withLock { entries in
            CacheStatistics(tiers: [
                .init(
                    name: "memory", entries: entries.count, bytes: entries.byteCount, limitBytes: limitBytes)
            ])
        }
    }

    public func takeUses() -> [CacheUse] {
        entries.withLock { $0.takeUses() }
    }
}

extension CacheEntry {
    /// What the entry takes in memory, rounded up: its bytes and texts, and 768 for the objects around them.
    public var memoryBytes: Int {
        let texts = [account, namespace, route, model, executedModel ?? "", provider, contentType]
        let tagBytes = tags.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 }
        return body.count + (gzipMember?.count ?? 0) + canonicalDigest.count
            + (usage?.raw?.count ?? 0) + (pace?.count ?? 0) + texts.reduce(0) { $0 + $1.utf8.count }
            + tagBytes + 768
    }
}
