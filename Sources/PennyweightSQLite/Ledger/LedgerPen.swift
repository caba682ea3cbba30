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
    let insertOpenHold: Statement
    let deleteOpenHold: Statement
    var names = LedgerNames()
    var counters = CounterMemory()
    var rollups = PendingRollups()
    var openHolds = OpenHolds()
    /// By the index of their tables.
    private let tables: [RowWriter]
    /// The link that the batch continues, read when its first row is written.
    private var previous: LedgerChain.Link?
    private var marks: [Int64] = []
    private var marksBefore: [Int64] = []

    init(_ connection: Connection, epoch: Int64) throws {
        self.connection = connection
        self.epoch = epoch
        insertOpenHold = try Statement(LedgerSchema.insertOpenHold, on: connection)
        deleteOpenHold = try Statement(LedgerSchema.deleteOpenHold, on: connection)
        tables = try LedgerTable.all.map { try RowWriter($0, on: connection) }
    }

    /// Writes a row of a numbered table, without its number. Returns that: numbers have no gaps.
    func insert(_ table: LedgerTable, _ put: (inout NewRow) -> Void) throws -> Int64 {
        guard let number = try insertIfNew(table, put) else {
            throw StorageProblem(.unexpectedRow, "A row of '\(table.name)' is there already.")
        }
        return number
    }

    /// Writes a row of values, for tables that are seldom written.
    func insert(_ table: LedgerTable, _ values: [SQLValue]) throws -> Int64 {
        try insert(table) { row in
            for value in values { row.put(value) }
        }
    }

    /// Writes a row like ``insert(_:_:)``, unless it is there, in a table that can tell. Nil if it is.
    func insertIfNew(_ table: LedgerTable, _ put: (inout NewRow) -> Void) throws -> Int64? {
        let mark = table.mark ?? 0
        try beginIfNeeded()
        let number = marks[mark] + 1
        let isNew = try tables[table.index].write { row in
            row.put(number)
            put(&row)
        }
        guard isNew else { return nil }
        marks[mark] = number
        return number
    }

    /// Writes a row that belongs to a row of another table.
    func insertPart(_ table: LedgerTable, _ put: (inout NewRow) -> Void) throws {
        try beginIfNeeded()
        _ = try tables[table.index].write(put)
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
        for table in tables { table.keep() }
        rollups.keep()
        counters.keep()
        openHolds.keep()
    }

    func undo() {
        marks = marksBefore
        for table in tables { table.undo() }
        rollups.undo()
        counters.undo()
        openHolds.undo()
        // They may name rows that are no longer there.
        names = LedgerNames()
    }

    func finish() throws {
        try rollups.write(to: connection)
        guard let previous, marks != previous.marks else { return }
        let digests = tables.map(\.digest)
        try LedgerChain.append(
            LedgerChain.Link(after: previous, marks: marks, rows: digests), to: connection)
    }

    func end(isCommitted: Bool) {
        previous = nil
        for table in tables { table.end() }
        rollups.end(isCommitted: isCommitted)
        openHolds.end(isCommitted: isCommitted)
        if isCommitted {
            counters.end()
        } else {
            names = LedgerNames()
            counters = CounterMemory()
        }
    }
}
