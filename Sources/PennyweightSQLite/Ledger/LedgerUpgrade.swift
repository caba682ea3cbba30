internal import PennyweightLedger

/// Derives what an older version did not keep.
enum LedgerUpgrade {
    /// Totals by hour and day, and the first link of the chain, over all rows.
    static func version2(_ connection: Connection) throws {
        try LedgerRollups.rebuild(connection)
        let numbered = LedgerTable.numbered.prefix(LedgerTable.marksOfVersion2)
        let last = try lastNumbers(of: numbered, in: connection)
        guard last.contains(where: { $0 > 0 }) else { return }
        let first = LedgerChain.Link.first
        let marks = last + first.marks.dropFirst(last.count)
        let rows = try LedgerTable.ofVersion2.map {
            try LedgerChain.digest(of: $0, after: first.marks, upTo: marks, in: connection)
        }
        let link = LedgerChain.Link(after: first, marks: marks, rows: rows, isOfVersion2: true)
        let columns = numbered.map(\.name).joined(separator: ", ")
        try connection.statement(
            "INSERT INTO chain (\(columns), hints, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).run(last.map { .of($0) } + [.bytes(link.hints), .bytes(link.digest)])
    }

    /// A link over keys, revocations and events, and totals that count an attempt no longer as unknown once
    /// it was corrected.
    ///
    /// Rows of the other tables that no link covers stay uncovered.
    static func version3(_ connection: Connection) throws {
        try LedgerRollups.addResolutions(connection)
        let previous = try LedgerChain.last(in: connection)
        let new = LedgerTable.numbered.dropFirst(LedgerTable.marksOfVersion2)
        let marks =
            try Array(previous.marks.prefix(LedgerTable.marksOfVersion2))
            + lastNumbers(of: new, in: connection)
        guard marks != previous.marks else { return }
        let rows = try LedgerTable.all.map {
            try LedgerChain.digest(of: $0, after: previous.marks, upTo: marks, in: connection)
        }
        try LedgerChain.append(
            LedgerChain.Link(after: previous, marks: marks, rows: rows), to: connection)
    }

    private static func lastNumbers(
        of tables: ArraySlice<LedgerTable>, in connection: Connection
    ) throws -> [Int64] {
        try tables.map { try connection.number("SELECT coalesce(max(id), 0) FROM \($0.name)") }
    }
}
