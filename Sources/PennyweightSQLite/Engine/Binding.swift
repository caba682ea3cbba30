internal import CSQLite

/// Values on their way into a statement, one after the other.
struct Binding: ~Copyable {
    private let statement: Statement
    private var position: Int32 = 0
    private var result = SQLITE_OK

    init(_ statement: Statement) {
        self.statement = statement
    }

    mutating func put(_ number: Int64?) {
        let place = leavePlace()
        if let number {
            note(sqlite3_bind_int64(statement.pointer, place, number))
        } else {
            note(sqlite3_bind_null(statement.pointer, place))
        }
    }

    /// Puts text in; SQLite copies it.
    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(text: UnsafeRawBufferPointer($0), at: leavePlace(), Binding.copying) }
    }

    /// Puts bytes in; SQLite copies them.
    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put(bytes: $0, at: leavePlace(), Binding.copying) }
    }

    mutating func put(_ value: SQLValue) {
        switch value {
        case .null: put(nil as Int64?)
        case .integer(let number): put(number)
        case .text(let text): put(text)
        case .bytes(let bytes): put(bytes)
        }
    }

    /// Goes on to the next value, and leaves this one for a function below. Returns its place.
    mutating func leavePlace() -> Int32 {
        position += 1
        return position
    }

    /// Puts text in. Without `destructor` nobody copies it: it must stay where it is until the statement ran.
    mutating func put(
        text: UnsafeRawBufferPointer, at place: Int32, _ destructor: sqlite3_destructor_type? = nil
    ) {
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let start, !text.isEmpty else {
            // A nil pointer would bind NULL, which an empty text is not.
            return note(sqlite3_bind_text(statement.pointer, place, "", 0, Binding.copying))
        }
        note(
            sqlite3_bind_text64(
                statement.pointer, place, start, UInt64(text.count), destructor, UInt8(SQLITE_UTF8)))
    }

    /// Puts bytes in, like text.
    mutating func put(
        bytes: UnsafeRawBufferPointer, at place: Int32, _ destructor: sqlite3_destructor_type? = nil
    ) {
        guard !bytes.isEmpty else { return note(sqlite3_bind_zeroblob(statement.pointer, place, 0)) }
        let count = UInt64(bytes.count)
        note(sqlite3_bind_blob64(statement.pointer, place, bytes.baseAddress, count, destructor))
    }

    /// Throws what SQLite didn't take.
    func check() throws {
        precondition(position == statement.valueCount, "Wrong number of values.")
        if result != SQLITE_OK { throw statement.refusal(result) }
    }

    /// Runs the statement to its end, and forgets the values. Returns how many rows it changed.
    @discardableResult
    func run() throws -> Int {
        try check()
        return try statement.runBound()
    }

    private mutating func note(_ result: Int32) {
        if result != SQLITE_OK { self.result = result }
    }

    /// SQLite's mark for "copy the bytes before this call returns": the pointer −1, a macro that isn't
    /// imported.
    private static var copying: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}
