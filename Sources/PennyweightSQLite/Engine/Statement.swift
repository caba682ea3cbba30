internal import CSQLite

/// One prepared statement, finalised when it is dropped. Belongs to its connection and to that one's thread.
final class Statement {
    private let pointer: OpaquePointer
    private unowned let connection: Connection

    init(_ sql: String, on connection: Connection) throws {
        var pointer: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection.pointer, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard result == SQLITE_OK, let pointer else {
            throw connection.problem(result, doing: "prepare a statement for")
        }
        self.pointer = pointer
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// Runs to the end. Returns how many rows it changed, triggers not counted.
    @discardableResult
    func run(_ values: [SQLValue]) throws -> Int {
        try bind(values)
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes(connection.pointer))
    }

    @discardableResult
    func run(_ values: SQLValue...) throws -> Int { try run(values) }

    /// Reads the first row; nil if there is none.
    func first<Value>(_ values: SQLValue..., read: (inout Row) throws -> Value) throws -> Value? {
        try first(values, read: read)
    }

    func first<Value>(_ values: [SQLValue], read: (inout Row) throws -> Value) throws -> Value? {
        try bind(values)
        defer { reset() }
        guard try step() else { return nil }
        var row = Row(pointer)
        return try read(&row)
    }

    /// Reads all rows. The caller bounds them, in its SQL.
    func all<Value>(_ values: SQLValue..., read: (inout Row) throws -> Value) throws -> [Value] {
        try all(values, read: read)
    }

    func all<Value>(_ values: [SQLValue], read: (inout Row) throws -> Value) throws -> [Value] {
        var found: [Value] = []
        try forEach(values) { found.append(try read(&$0)) }
        return found
    }

    /// Reads all rows, one at a time.
    func forEach(_ values: [SQLValue], read: (inout Row) throws -> Void) throws {
        try bind(values)
        defer { reset() }
        while try step() {
            var row = Row(pointer)
            try read(&row)
        }
    }

    private func step() throws -> Bool {
        try connection.probe?(.step)
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result:
            throw connection.problem(
                result, doing: sqlite3_stmt_readonly(pointer) == 0 ? "write to" : "read")
        }
    }

    private func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    private func bind(_ values: [SQLValue]) throws {
        precondition(values.count == Int(sqlite3_bind_parameter_count(pointer)), "Wrong number of values.")
        for (index, value) in values.enumerated() {
            let result = bind(value, at: Int32(index + 1))
            guard result == SQLITE_OK else {
                reset()
                throw connection.problem(result, doing: "pass a value to")
            }
        }
    }

    private func bind(_ value: SQLValue, at position: Int32) -> Int32 {
        // SQLite's mark for "copy the bytes before this call returns" is the pointer −1, a macro that isn't
        // imported.
        let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null:
            return sqlite3_bind_null(pointer, position)
        case .integer(let number):
            return sqlite3_bind_int64(pointer, position, number)
        case .text(var text):
            // A nil pointer would bind NULL, which an empty text is not.
            guard !text.isEmpty else { return sqlite3_bind_text(pointer, position, "", 0, copying) }
            return text.withUTF8 { buffer in
                buffer.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(
                        pointer, position, $0.baseAddress, UInt64($0.count), copying, UInt8(SQLITE_UTF8))
                }
            }
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(pointer, position, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob64(pointer, position, $0.baseAddress, UInt64($0.count), copying)
            }
        }
    }
}
