internal import CSQLite

/// One open SQLite file, with its prepared statements.
///
/// It is used by one thread at a time: a ``Writer`` keeps its connection on its own thread, and ``Readers``
/// lends each connection to one user at a time.
final class Connection: @unchecked Sendable {
    // Unchecked: `statements`, `hot`, `watch` and `walPages` are not guarded. They need no guard, because
    // no two threads ever hold one connection at the same time (see above), and handing over goes through
    // a lock.

    let pointer: OpaquePointer
    let path: String
    /// Tests fail operations with it; nil in use.
    let probe: StorageProbe?
    /// Pages in the write-ahead log after this connection's last commit.
    private(set) var walPages: Int32 = 0
    private var statements: [String: Statement] = [:]
    private var hot: Statement?
    private var watch: FileWatch?
    /// What the file looked like if it is read as one that nobody changes.
    private(set) var frozen: FrozenFile?

    /// Opens a file; creates it only if the options say so.
    init(_ path: String, _ options: ConnectionOptions, probe: StorageProbe? = nil) throws {
        self.path = path
        self.probe = probe
        var opened: OpaquePointer?
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var name = path
        switch options.readsOnly ? try options.opening(path) : nil {
        case nil: flags |= SQLITE_OPEN_READWRITE
        case .shared: flags |= SQLITE_OPEN_READONLY
        case .frozen:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = Connection.address(ofFrozen: path)
            frozen = FrozenFile(path)
        }
        if options.creates { flags |= SQLITE_OPEN_CREATE }
        let result = sqlite3_open_v2(name, &opened, flags, nil)
        guard result == SQLITE_OK, let opened else {
            let text = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw StorageProblem(result: result, text: text, file: path, doing: "open")
        }
        pointer = opened
        if options.mustStay {
            // SQLite's own name is absolute: it holds when the working directory changes.
            watch = FileWatch(sqlite3_db_filename(opened, "main").map { String(cString: $0) } ?? path)
        }
        try configure(options)
    }

    deinit {
        statements = [:]
        hot = nil
        sqlite3_close_v2(pointer)
    }

    /// The prepared statement of a text, kept for the next time.
    func statement(_ sql: String) throws -> Statement {
        if let known = statements[sql] { return known }
        let made = try Statement(sql, on: self)
        statements[sql] = made
        return made
    }

    /// The one statement of this connection that is asked for most, whatever its text: finding it by that
    /// costs as much as reading a row.
    func favourite(_ sql: () -> String) throws -> Statement {
        if let hot { return hot }
        let made = try Statement(sql(), on: self)
        hot = made
        return made
    }

    /// Runs SQL without parameters, statement by statement.
    func execute(_ sql: String) throws {
        try probe?(.step)
        let result = sqlite3_exec(pointer, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw problem(result, doing: "write to") }
    }

    /// True between `BEGIN` and its end. SQLite itself rolls back on some errors.
    var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }

    /// Runs work in one write transaction: all of it, or nothing.
    func transaction<Value>(_ work: () throws -> Value) throws -> Value {
        try statement("BEGIN IMMEDIATE").run()
        do {
            let value = try work()
            try commit()
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Throws instead if the file went away and must not: the caller rolls back.
    func commit() throws {
        try probe?(.commit)
        try watch?.check()
        try statement("COMMIT").run()
        try probe?(.committed)
    }

    /// Undoes the open transaction, if there is one. Bypasses the probe: a process that dies here undoes as
    /// well.
    func rollback() {
        if isInTransaction { sqlite3_exec(pointer, "ROLLBACK", nil, nil, nil) }
    }

    /// Runs work inside the open transaction so that its failure undoes itself and nothing else.
    ///
    /// If even that fails, the whole transaction is undone: ask ``isInTransaction``.
    func savepoint<Value>(_ work: () throws -> Value) throws -> Value {
        try statement("SAVEPOINT job").run()
        do {
            let value = try work()
            try statement("RELEASE job").run()
            return value
        } catch {
            if isInTransaction {
                let result = sqlite3_exec(pointer, "ROLLBACK TO job; RELEASE job", nil, nil, nil)
                if result != SQLITE_OK { rollback() }
            }
            throw error
        }
    }

    /// Moves what can be moved from the log to the file, without waiting for readers.
    func checkpoint() {
        // Best effort: the log stays complete, and the next checkpoint tries again.
        sqlite3_wal_checkpoint_v2(pointer, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Reads one number that a pragma or a query without parameters answers.
    func number(_ sql: String) throws -> Int64 {
        try Statement(sql, on: self).first { try $0.integer() } ?? 0
    }

    /// The problem that SQLite reports for its last operation.
    func problem(_ result: Int32, doing: String) -> StorageProblem {
        StorageProblem(
            result: result, text: String(cString: sqlite3_errmsg(pointer)), file: path, doing: doing)
    }

    /// The URI of a file that nobody changes; bytes that mean something in one are escaped.
    private static func address(ofFrozen path: String) -> String {
        let escaped = path.utf8.map { byte in
            let isPlain =
                byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
            guard !isPlain else { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return (path.hasPrefix("/") ? "file://" : "file:") + escaped.joined() + "?immutable=1"
    }

    private func configure(_ options: ConnectionOptions) throws {
        sqlite3_busy_timeout(pointer, options.busyMilliseconds)
        if !options.readsOnly, sqlite3_db_readonly(pointer, "main") == 1 {
            throw StorageProblem(
                result: SQLITE_READONLY, text: "it opens for reading only", file: path, doing: "open")
        }
        if options.creates { try switchToLog(options) }
        try execute("PRAGMA synchronous = \(options.synchronous.rawValue)")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA secure_delete = OFF")
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA cache_size = -\(options.cacheKibibytes)")
        try execute("PRAGMA journal_size_limit = \(64 << 20)")
        if options.readsOnly { try execute("PRAGMA query_only = ON") }
        sqlite3_wal_hook(pointer, noteLogSize, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Turns the write-ahead log on. Two processes that do so at once may see a lock that no timeout covers.
    private func switchToLog(_ options: ConnectionOptions) throws {
        // Takes effect only on a new file, so that a cleared cache can give its space back.
        if options.shrinks { try execute("PRAGMA auto_vacuum = INCREMENTAL") }
        for attempt in 1... {
            do {
                let statement = try Statement("PRAGMA journal_mode = WAL", on: self)
                if try statement.first(read: { try $0.text() }) == "wal" { return }
                throw StorageProblem(
                    .foreignFile,
                    "'\(path)' lies where SQLite can't keep a write-ahead log: use a local disk.")
            } catch let problem as StorageProblem where problem.isLock && attempt < 100 {
                sqlite3_sleep(20)
            }
        }
    }

    fileprivate func noteLog(pages: Int32) {
        walPages = pages
    }
}

private func noteLogSize(
    _ connection: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, _ pages: Int32
) -> Int32 {
    if let connection {
        Unmanaged<Connection>.fromOpaque(connection).takeUnretainedValue().noteLog(pages: pages)
    }
    return SQLITE_OK
}

extension StorageProblem {
    fileprivate var isLock: Bool {
        guard case .sqlite(let result) = kind else { return false }
        return [SQLITE_BUSY, SQLITE_LOCKED].contains(result & 0xFF)
    }
}
