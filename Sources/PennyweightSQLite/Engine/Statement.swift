internal import CSQLite

/// One prepared statement, finalised when it is dropped. Belongs to its connection and to that one's thread.
final class Statement {
    let pointer: OpaquePointer
    /// How many values it takes.
    let valueCount: Int32
    private unowned let connection: Connection
    private let probe: StorageProbe?

    init(_ sql: String, on connection: Connection) throws {
        var pointer: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection.pointer, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard result == SQLITE_OK, let pointer else {
            throw connection.problem(result, doing: "prepare a statement for")
        }
        self.pointer = pointer
        self.connection = connection
        valueCount = sqlite3_bind_parameter_count(pointer)
        probe = connection.probe
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// Runs to the end. Returns how many rows it changed, triggers not counted.
    @discardableResult
    func run(_ values: [SQLValue]) throws -> Int {
        try bind(values)
        return try runBound()
    }

    @discardableResult
    func run(_ values: SQLValue...) throws -> Int { try run(values) }

    /// Runs to the end with what a ``Binding`` put in, and forgets it. Returns how many rows it changed.
    func runBound() throws -> Int {
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(pointer)))
    }

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

    /// The problem of a value that SQLite didn't take; the others are forgotten.
    func refusal(_ result: Int32) -> StorageProblem {
        reset()
        return connection.problem(result, doing: "pass a value to")
    }

    private func bind(_ values: [SQLValue]) throws {
        var binding = Binding(self)
        for value in values { binding.put(value) }
        try binding.check()
    }

    private func step() throws -> Bool {
        try probe?(.step)
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
}
