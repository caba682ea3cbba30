internal import PennyweightTime

/// The holds that this opening wrote, so that settling needn't look them up.
///
/// Rows of holds never change, so what is remembered stays right whoever writes to the file. Whether a hold
/// is still open is not remembered: another process may have closed it, and only its row in the file tells.
struct OpenHolds {
    /// More than ever wait for an answer at once. Those beyond are looked up.
    static let limit = 16_384

    private var known: [SortableID: HoldToSettle] = [:]
    /// What the batch has added, and how much of that is kept.
    private var added: [SortableID] = []
    private var keptCount = 0

    /// How many are remembered.
    var count: Int { known.count }

    mutating func note(_ hold: HoldToSettle) {
        // Those that another process closed and nobody settles would stay for ever.
        if known.count >= OpenHolds.limit { known.removeAll(keepingCapacity: true) }
        known[hold.id] = hold
        added.append(hold.id)
    }

    /// A hold that was noted, which is forgotten.
    mutating func take(_ id: SortableID) -> HoldToSettle? { known.removeValue(forKey: id) }

    mutating func keep() {
        keptCount = added.count
    }

    mutating func undo() {
        forget(added[keptCount...])
        added.removeLast(added.count - keptCount)
    }

    mutating func end(isCommitted: Bool) {
        if !isCommitted { forget(added[...]) }
        added.removeAll(keepingCapacity: true)
        keptCount = 0
    }

    private mutating func forget(_ ids: ArraySlice<SortableID>) {
        for id in ids { known[id] = nil }
    }
}
