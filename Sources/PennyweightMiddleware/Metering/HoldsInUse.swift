internal import PennyweightLedger
internal import PennyweightTime
private import Synchronization

/// The holds whose attempts run in this process: when each expires, and the most that it pays for.
final class HoldsInUse: Sendable {
    private struct Use {
        var expiresAt: Timestamp
        let upperBound: Money?
    }

    private let uses = Mutex<[SortableID: Use]>([:])

    func add(_ hold: Hold) {
        uses.withLock { $0[hold.id] = Use(expiresAt: hold.expiresAt, upperBound: hold.upperBound) }
    }

    func remove(_ id: SortableID) {
        uses.withLock { $0[id] = nil }
    }

    /// The bound of a hold that is in use and has one.
    func upperBound(of id: SortableID) -> Money? {
        uses.withLock { $0[id]?.upperBound }
    }

    /// When the first of them expires.
    var firstExpiry: Timestamp? {
        uses.withLock { $0.values.map(\.expiresAt).min() }
    }

    /// Those that expire before a point in time, oldest first.
    func expiring(before time: Timestamp) -> [SortableID] {
        uses.withLock { uses in uses.filter { $0.value.expiresAt < time }.map(\.key) }.sorted()
    }

    /// Notes a later expiry of those that are still in use.
    func move(_ ids: some Sequence<SortableID>, until expiry: Timestamp) {
        uses.withLock { uses in
            for id in ids { uses[id]?.expiresAt = expiry }
        }
    }
}
