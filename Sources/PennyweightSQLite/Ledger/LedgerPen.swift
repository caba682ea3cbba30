private import Crypto
internal import PennyweightLedger

/// What writes rows to a ledger: numbers them, covers them by the chain, and keeps the totals in step.
///
/// It goes along with the batches of one ``Writer``, and lives on that one's thread.
final class LedgerPen: BatchCompanion, @unchecked Sendable {
    // Unchecked: nothing here is guarded. It needs no guard, because only the writer's thread uses it after
    // it was made: jobs run there, and the companion's functions are called there.

    let connection: Connection
    /// The opening that holds belong to.
    let epoch: Int64
    var names = LedgerNames()
    var counters = CounterMemory()
    var rollups = PendingRollups()
    /// The link that the batch continues, read when its first row is written.
    private var previous: LedgerChain.Link?
    private var marks: [Int64] = []
    private var marksBefore: [Int64] = []
    /// The bytes of the batch's new rows, by table.
    private var rows = LedgerTable.all.map { _ in [UInt8]() }
    private var lengthsBefore = LedgerTable.all.map { _ in 0 }

    init(_ connection: Connection, epoch: Int64) {
        self.connection = connection
        self.epoch = epoch
    }

    /// Writes a row of a numbered table. Returns its number: numbers have no gaps.
    func insert(_ table: LedgerTable, _ values: [SQLValue]) throws -> Int64 {
        let mark = table.mark ?? 0
        try beginIfNeeded()
        let number = marks[mark] + 1
        try write(table, [.of(number)] + values)
        marks[mark] = number
        return number
    }

    /// Writes a row that belongs to a row of another table.
    func insertPart(_ table: LedgerTable, _ values: [SQLValue]) throws {
        try beginIfNeeded()
        try write(table, values)
    }

    private func write(_ table: LedgerTable, _ values: [SQLValue]) throws {
        try connection.statement(LedgerSchema.inserts[table.index]).run(values)
        LedgerChain.encode(values, into: &rows[table.index])
    }

    private func beginIfNeeded() throws {
        guard previous == nil else { return }
        let link = try LedgerChain.last(in: connection)
        previous = link
        marks = link.marks
        marksBefore = link.marks
    }

    func keep() {
        marksBefore = marks
        for index in rows.indices { lengthsBefore[index] = rows[index].count }
        rollups.keep()
        counters.keep()
    }

    func undo() {
        marks = marksBefore
        for index in rows.indices { rows[index].removeLast(rows[index].count - lengthsBefore[index]) }
        rollups.undo()
        counters.undo()
        // They may name rows that are no longer there.
        names = LedgerNames()
    }

    func finish() throws {
        try rollups.write(to: connection)
        guard let previous, marks != previous.marks else { return }
        let digests = rows.map { Array(SHA256.hash(data: $0)) }
        try LedgerChain.append(
            LedgerChain.Link(after: previous, marks: marks, rows: digests), to: connection)
    }

    func end(isCommitted: Bool) {
        previous = nil
        for index in rows.indices {
            rows[index].removeAll(keepingCapacity: rows[index].count < 1 << 20)
            lengthsBefore[index] = 0
        }
        rollups = PendingRollups()
        if !isCommitted {
            names = LedgerNames()
            counters = CounterMemory()
        }
    }
}
