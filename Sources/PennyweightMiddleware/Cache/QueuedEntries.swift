/// Entries in S3-FIFO's two queues, with a memory of the keys that left the small one unused.
///
/// Slots in an array, linked by index, so that nothing is allocated for a use.
struct QueuedEntries {
    private struct Slot {
        var key: CacheKey
        var entry: CacheEntry
        var bytes: Int
        var isMain = false
        /// Uses since the entry came to its place in the queue, at most three.
        var credit: UInt8 = 0
        /// Uses that the store behind was not told of.
        var untold = 0
        var newer: Int?
        var older: Int?
    }

    /// One of the two queues: entries enter as the newest and leave as the oldest.
    private struct Queue {
        var newest: Int?
        var oldest: Int?
        var bytes = 0
    }

    /// The small queue's part of the bytes. A tenth is what the paper's traces say; they agree from 5 to 20
    /// percent.
    private static let smallShare = 10
    /// More uses than this say nothing more about the next ones.
    private static let mostCredit: UInt8 = 3

    private let limitBytes: Int
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var indices: [CacheKey: Int] = [:]
    private var small = Queue()
    private var main = Queue()
    private var ghosts: GhostKeys
    /// The slots with uses that the store behind was not told of.
    private var used: [Int] = []

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
        ghosts = GhostKeys(capacity: limitBytes / 1_024)
    }

    var byteCount: Int { small.bytes + main.bytes }
    var count: Int { indices.count }

    /// The entry under a key. What is used moves nowhere: it is only counted.
    mutating func use(_ key: CacheKey) -> CacheEntry? {
        guard let index = indices[key] else { return nil }
        if let credit = slots[index]?.credit, credit < QueuedEntries.mostCredit {
            slots[index]?.credit = credit + 1
        }
        if slots[index]?.untold == 0 { used.append(index) }
        slots[index]?.untold += 1
        return slots[index]?.entry
    }

    /// Puts an entry under a key, in place of what was there, unless it is larger than everything; returns
    /// what had to go.
    mutating func insert(_ entry: CacheEntry, for key: CacheKey, bytes: Int) -> [CacheEntry?] {
        var dropped = [remove(key)]
        guard bytes <= limitBytes else { return dropped }
        while byteCount + bytes > limitBytes, let entry = evict() { dropped.append(entry) }
        let index = place(Slot(key: key, entry: entry, bytes: bytes, isMain: ghosts.take(key.prefix)))
        indices[key] = index
        link(index)
        // Uses are noted without an allocation.
        used.reserveCapacity(slots.count)
        return dropped
    }

    mutating func remove(_ key: CacheKey) -> CacheEntry? {
        guard let index = indices.removeValue(forKey: key) else { return nil }
        unlink(index)
        free.append(index)
        return slots[index].take()?.entry
    }

    /// What a selection picks, in no order.
    func picked(by selection: CacheSelection) -> [(key: CacheKey, entry: CacheEntry)] {
        slots.compactMap { slot in
            guard let slot, selection.picks(slot.entry, under: slot.key) else { return nil }
            return (slot.key, slot.entry)
        }
    }

    /// The uses since this was last asked; those of entries that left meanwhile are not known any more.
    mutating func takeUses() -> [CacheUse] {
        var uses: [CacheUse] = []
        for index in used {
            guard let slot = slots[index], slot.untold > 0 else { continue }
            uses.append(CacheUse(slot.key, count: slot.untold))
            slots[index]?.untold = 0
        }
        used.removeAll(keepingCapacity: true)
        return uses
    }
}

/// What leaves, and where an entry stands.
extension QueuedEntries {
    /// Drops one entry: what left the small queue unused, or else what the main one can spare.
    private mutating func evict() -> CacheEntry? {
        while true {
            let isSmallDue = small.bytes * QueuedEntries.smallShare >= limitBytes || main.oldest == nil
            if isSmallDue, let index = small.oldest {
                guard let slot = slots[index] else { return nil }
                if slot.credit == 0 {
                    ghosts.add(slot.key.prefix)
                    return remove(slot.key)
                }
                unlink(index)
                slots[index]?.isMain = true
                slots[index]?.credit = 0
                link(index)
            } else if let index = main.oldest {
                guard let slot = slots[index] else { return nil }
                if slot.credit == 0 { return remove(slot.key) }
                unlink(index)
                slots[index]?.credit = slot.credit - 1
                link(index)
            } else {
                return nil
            }
        }
    }

    private mutating func place(_ slot: Slot) -> Int {
        guard let index = free.popLast() else {
            slots.append(slot)
            return slots.count - 1
        }
        slots[index] = slot
        return index
    }

    /// Puts a slot at the newest end of its queue.
    private mutating func link(_ index: Int) {
        guard let slot = slots[index] else { return }
        var queue = slot.isMain ? main : small
        slots[index]?.newer = nil
        slots[index]?.older = queue.newest
        if let newest = queue.newest { slots[newest]?.newer = index } else { queue.oldest = index }
        queue.newest = index
        queue.bytes += slot.bytes
        if slot.isMain { main = queue } else { small = queue }
    }

    private mutating func unlink(_ index: Int) {
        guard let slot = slots[index] else { return }
        var queue = slot.isMain ? main : small
        if let newer = slot.newer { slots[newer]?.older = slot.older } else { queue.newest = slot.older }
        if let older = slot.older { slots[older]?.newer = slot.newer } else { queue.oldest = slot.newer }
        queue.bytes -= slot.bytes
        if slot.isMain { main = queue } else { small = queue }
    }
}

/// Some keys that are not there any more: a table of fixed size in which a new one takes an old one's place.
struct GhostKeys {
    /// 0 is an empty place; a key whose prefix is 0 is not remembered, which costs it a round.
    private var table: [UInt64]

    /// Remembers about so many keys, 64 at least and 256 thousand (2 MB) at most.
    init(capacity: Int) {
        var size = 64
        while size < capacity, size < 1 << 18 { size *= 2 }
        table = Array(repeating: 0, count: size)
    }

    mutating func add(_ prefix: UInt64) {
        table[place(of: prefix)] = prefix
    }

    /// True if the key is remembered; it is forgotten then.
    mutating func take(_ prefix: UInt64) -> Bool {
        let place = place(of: prefix)
        guard prefix != 0, table[place] == prefix else { return false }
        table[place] = 0
        return true
    }

    /// A key is a digest: any of its bits spread as well as a hash.
    private func place(of prefix: UInt64) -> Int { Int(truncatingIfNeeded: prefix) & (table.count - 1) }
}
