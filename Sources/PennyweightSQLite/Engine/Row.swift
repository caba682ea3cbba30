internal import CSQLite
internal import PennyweightLedger
internal import PennyweightTime

/// The current row of a statement, read column by column from the left. Valid until the statement's next
/// step.
struct Row {
    let pointer: OpaquePointer
    private var column: Int32 = 0

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    mutating func optionalInteger() -> Int64? {
        let index = advance()
        return isNull(index) ? nil : sqlite3_column_int64(pointer, index)
    }

    mutating func optionalText() -> String? {
        let index = advance()
        if isNull(index) { return nil }
        // As a blob the bytes stay where they are; as text they would be copied, to be ended by a zero.
        guard let start = sqlite3_column_blob(pointer, index) else { return "" }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, index)))
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func optionalBytes() -> [UInt8]? {
        let index = advance()
        if isNull(index) { return nil }
        guard let start = sqlite3_column_blob(pointer, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, index))))
    }

    /// Reads the bytes of the next column where they lie: they are gone when `read` returns.
    mutating func withBytes<Value>(_ read: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        let index = advance()
        let start = sqlite3_column_blob(pointer, index)
        return try read(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, index))))
    }

    /// The next column as it is stored.
    mutating func value() -> SQLValue {
        switch sqlite3_column_type(pointer, column) {
        case SQLITE_INTEGER: .of(optionalInteger())
        case SQLITE_TEXT: .of(optionalText())
        case SQLITE_BLOB: .of(optionalBytes())
        default: .of(optionalInteger())
        }
    }

    mutating func integer() throws -> Int64 { try present(optionalInteger()) }
    mutating func text() throws -> String { try present(optionalText()) }
    mutating func bytes() throws -> [UInt8] { try present(optionalBytes()) }
    mutating func timestamp() throws -> Timestamp { Timestamp(nanoseconds: try integer()) }
    mutating func optionalTimestamp() -> Timestamp? { optionalInteger().map(Timestamp.init(nanoseconds:)) }
    mutating func optionalMoney() -> Money? { optionalInteger().map(Money.init(picos:)) }
    mutating func id() throws -> SortableID { try present(withBytes { SortableID(bytes: $0) }) }

    /// A sum that was split in two, so that it can't overflow: the upper part counts 2³², then the lower
    /// part.
    mutating func splitSum() throws -> Int128 {
        let high = Int128(try integer())
        return high << 32 + Int128(try integer())
    }

    /// The value, or the problem that this row doesn't hold what its table promises.
    func present<Value>(_ value: Value?) throws -> Value {
        guard let value else {
            throw StorageProblem(
                .unexpectedRow, "Column \(column) of a row doesn't hold what it should: the file was changed."
            )
        }
        return value
    }

    func isNull(_ index: Int32) -> Bool {
        sqlite3_column_type(pointer, index) == SQLITE_NULL
    }

    private mutating func advance() -> Int32 {
        defer { column += 1 }
        return column
    }
}
