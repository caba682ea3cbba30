internal import PennyweightLedger
internal import PennyweightTime

/// Rows of totals as they are in the file, so that the next batch needn't read them.
///
/// What is remembered is right as long as nobody else writes to the file, which SQLite tells
/// ([data_version](https://sqlite.org/pragma.html#pragma_data_version)). After that, nothing is.
struct RollupMemory {
    /// A row takes two kilobytes, if its lines took many different times.
    static let limit = 2_048

    private var rows: [PendingRollups.Cell: Totals] = [:]
    private var version: Int64?

    /// Forgets everything if another connection wrote in the meantime. Call it inside a write transaction,
    /// where that can't happen any more.
    mutating func follow(_ connection: Connection) throws {
        let version = try connection.statement("PRAGMA data_version").first { try $0.integer() }
        if version != self.version { rows.removeAll(keepingCapacity: true) }
        self.version = version
    }

    /// Adds totals to a row of the file.
    mutating func add(
        _ totals: Totals, to cell: PendingRollups.Cell, in connection: Connection
    ) throws {
        if rows[cell] == nil {
            rows[cell] = try connection.statement(LedgerSchema.findRollup).first(cell.columns) {
                try $0.totals()
            }
        }
        guard let place = rows.index(forKey: cell) else {
            rows[cell] = totals
            return try write(totals, of: cell, LedgerSchema.insertRollup, connection)
        }
        rows.values[place] += totals
        try write(rows.values[place], of: cell, LedgerSchema.updateRollup, connection)
    }

    mutating func forget() {
        rows.removeAll(keepingCapacity: true)
        version = nil
    }

    /// Keeps the memory bounded, between two batches.
    mutating func trim() {
        if rows.count > RollupMemory.limit { forget() }
    }

    private func write(
        _ totals: Totals, of cell: PendingRollups.Cell, _ sql: String, _ connection: Connection
    ) throws {
        var binding = Binding(try connection.statement(sql))
        binding.put(totals)
        binding.put(cell.span)
        binding.put(cell.tag)
        binding.put(cell.start)
        binding.put(cell.subject)
        binding.put(cell.outcome)
        let changed = try binding.run()
        guard changed == 1 else {
            throw StorageProblem(.unexpectedRow, "A row of totals of '\(connection.path)' has gone.")
        }
    }
}

extension PendingRollups.Cell {
    var columns: [SQLValue] { [.of(span), .of(tag), .of(start), .of(subject), .of(outcome)] }
}
