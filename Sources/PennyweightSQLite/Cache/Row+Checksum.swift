internal import CSQLite

extension Row {
    /// Adds columns to a checksum, as they are stored, where they lie.
    func add(columns: Range<Int32>, to sum: inout Checksum) {
        for column in columns {
            switch sqlite3_column_type(pointer, column) {
            case SQLITE_INTEGER: sum.add(sqlite3_column_int64(pointer, column))
            case SQLITE_TEXT:
                let start = sqlite3_column_blob(pointer, column)
                sum.addText(
                    UnsafeRawBufferPointer(
                        start: start, count: Int(sqlite3_column_bytes(pointer, column))))
            case SQLITE_BLOB:
                let start = sqlite3_column_blob(pointer, column)
                sum.addBytes(
                    UnsafeRawBufferPointer(
                        start: start, count: Int(sqlite3_column_bytes(pointer, column))))
            default: sum.addNull()
            }
        }
    }
}
