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
        let epoch: Int64
        let expiresAt: Timestamp
        /// The provider goes on with a job: the hold outlives its process.
        let hasJob: Bool
    }

    let time: Timestamp
    let ownEpoch: Int64
    var lastRow: Int64 = 0

    func run(_ pen: LedgerPen, lock: EpochLock) throws -> Step {
        let select = try pen.connection.statement(LedgerSchema.openHolds)
        let page = try select.all(.of(lastRow), .of(LedgerSweep.pageLimit)) { row in
            OpenHold(
                row: try row.integer(), epoch: try row.integer(), expiresAt: try row.timestamp(),
                hasJob: try row.integer() == 1)
        }
        var isAlive = [ownEpoch: true]
        var closed = 0
        for hold in page {
            let lives = isAlive[hold.epoch] ?? lock.isAlive(hold.epoch)
            isAlive[hold.epoch] = lives
            let isLost = !lives && !hold.hasJob
            guard isLost || hold.expiresAt <= time else { continue }
            let reason =
                isLost
                ? "the process ended before the answer" : "nobody settled the attempt before it expired"
            let writing = LedgerWriting(pen: pen)
            let isClosed = try writing.close(row: hold.row) { hold in
                .abandoning(
                    hold.id, upperBound: hold.upperBound, isCapped: hold.isCapped, because: reason, at: time)
            }
            if isClosed { closed += 1 }
        }
        guard page.count == LedgerSweep.pageLimit, let last = page.last else {
            return Step(closed: closed, next: nil)
        }
        return Step(closed: closed, next: LedgerSweep(time: time, ownEpoch: ownEpoch, lastRow: last.row))
    }
}
