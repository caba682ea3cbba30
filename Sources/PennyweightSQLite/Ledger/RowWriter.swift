/// Writes the rows of one table, and keeps their bytes for the chain.
final class RowWriter {
    private let statement: Statement
    private let bytes = RowBytes()
    private var keptCount = 0

    init(_ table: LedgerTable, on connection: Connection) throws {
        statement = try Statement(table.insert, on: connection)
    }

    /// Writes a row. False if it is there already, for a table that can tell: then nothing has changed.
    func write(_ put: (inout NewRow) throws -> Void) throws -> Bool {
        let count = bytes.count
        do {
            var row = NewRow(statement, bytes)
            try put(&row)
            if try row.write() { return true }
            bytes.remove(from: count)
            return false
        } catch {
            bytes.remove(from: count)
            throw error
        }
    }

    func keep() {
        keptCount = bytes.count
    }

    func undo() {
        bytes.remove(from: keptCount)
    }

    func end() {
        bytes.removeAll()
        keptCount = 0
    }

    /// The digest of the batch's rows.
    var digest: [UInt8] { bytes.digest }
}
