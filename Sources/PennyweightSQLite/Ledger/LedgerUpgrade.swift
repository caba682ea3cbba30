internal import PennyweightLedger

/// Derives what version 1 did not keep: totals by hour and day, and the first link of the chain.
enum LedgerUpgrade {
    static func deriveAll(of connection: Connection) throws {
        try LedgerRollups.rebuild(connection)
        let marks = try LedgerTable.numbered.map {
            try connection.number("SELECT coalesce(max(id), 0) FROM \($0.name)")
        }
        guard marks.contains(where: { $0 > 0 }) else { return }
        let rows = try LedgerTable.all.map {
            try LedgerChain.digest(of: $0, after: LedgerChain.Link.first.marks, upTo: marks, in: connection)
        }
        try LedgerChain.append(LedgerChain.Link(after: .first, marks: marks, rows: rows), to: connection)
    }
}
