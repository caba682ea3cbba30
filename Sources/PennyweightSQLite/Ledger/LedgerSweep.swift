internal import PennyweightLedger
internal import PennyweightTime

/// Closes, page by page, the holds that nobody will settle.
///
/// Each page is one write transaction, and writing is exclusive among processes: of two sweeps at once, one
/// closes a hold and the other finds it closed.
struct LedgerSweep: Sendable {
    /// Holds that one transaction looks at.
    static let pageLimit = 500

    struct Step: Sendable {
        let closed: Int
        /// Where to go on; nil at the end.
        let next: LedgerSweep?
    }

    private struct OpenHold {
        let row: Int64
        let id: SortableID
        let epoch: Int64
        let upperBound: Money?
        let expiresAt: Timestamp
    }

    let time: Timestamp
    let ownEpoch: Int64
    var lastRow: Int64 = 0

    func run(on connection: Connection, lock: EpochLock) throws -> Step {
        let select = try connection.statement(LedgerSchema.openHolds)
        let page = try select.all(.of(lastRow), .of(LedgerSweep.pageLimit)) { row in
            OpenHold(
                row: try row.integer(), id: try row.id(), epoch: try row.integer(),
                upperBound: row.optionalMoney(), expiresAt: try row.timestamp())
        }
        var isAlive = [ownEpoch: true]
        var closed = 0
        for hold in page {
            let lives = isAlive[hold.epoch] ?? lock.isAlive(hold.epoch)
            isAlive[hold.epoch] = lives
            guard !lives || hold.expiresAt <= time else { continue }
            let reason =
                lives ? "nobody settled the attempt before it expired" : "the process ended before the answer"
            let settlement = settlement(of: hold, because: reason)
            if try LedgerWriting(connection: connection).close(hold.row, with: settlement) { closed += 1 }
        }
        guard page.count == LedgerSweep.pageLimit, let last = page.last else {
            return Step(closed: closed, next: nil)
        }
        return Step(closed: closed, next: LedgerSweep(time: time, ownEpoch: ownEpoch, lastRow: last.row))
    }

    private func settlement(of hold: OpenHold, because reason: String) -> Settlement {
        let cost: Cost =
            if let bound = hold.upperBound {
                .estimated(lower: .zero, upper: bound, reason: reason)
            } else {
                .unknown(reason: reason)
            }
        return Settlement(holdID: hold.id, outcome: .abandoned, cost: cost, settledAt: time)
    }
}
