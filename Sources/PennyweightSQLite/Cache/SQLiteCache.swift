public import PennyweightMiddleware
internal import PennyweightPipeline
private import Synchronization

/// A cache in one SQLite file, bounded by bytes: the entries that were not used for longest go first.
///
/// The file is disposable: it may be deleted while nothing uses it, and one that is damaged is moved aside
/// and begun anew. Writes survive the process, not a power cut. A row that is damaged is a miss, and is
/// removed.
///
/// Reads run on the calling thread (a warm one takes microseconds). Cancelling a task that waits for a write
/// changes nothing: the write is done.
public final class SQLiteCache: CacheStore {
    /// What is stored now.
    public struct Statistics: Sendable, Hashable {
        public var entries: Int64
        /// Bytes that count towards the limit: compressed bodies, and what a row costs beside them.
        public var bytes: Int64
    }

    /// A gibibyte: some million chat completions.
    public static let defaultLimitBytes: Int64 = 1 << 30

    /// Uses that wait to be written together. What a `kill -9` loses of them only makes an entry look older.
    static let touchLimit = 64
    static let options = ConnectionOptions(synchronous: .normal, shrinks: true)

    /// The file.
    public let path: String
    /// The most that all entries together may count for.
    public let limitBytes: Int64
    private let writer: Writer
    private let readers: Readers
    private let touched = Mutex<Set<Int64>>([])

    private init(path: String, limitBytes: Int64, connection: Connection) throws {
        self.path = path
        self.limitBytes = limitBytes
        writer = try Writer(connection)
        readers = Readers(path, SQLiteCache.options)
    }

    /// Opens a cache; creates the file with mode 0600 if there is none.
    ///
    /// A damaged file, or one of a newer version, is moved to `….broken` beside it, and an empty one is
    /// begun. Throws a `Failure` `storage` if the path holds another program's database, or can't be written.
    public static func open(
        at path: String, limitBytes: Int64 = SQLiteCache.defaultLimitBytes
    ) throws -> SQLiteCache {
        try open(at: path, limitBytes: limitBytes, probe: nil)
    }

    static func open(at path: String, limitBytes: Int64, probe: StorageProbe?) throws -> SQLiteCache {
        try Failure.reporting(as: .storage) {
            do {
                return try SQLiteCache(
                    path: path, limitBytes: limitBytes, connection: connection(path, probe: probe))
            } catch let problem as StorageProblem where problem.isDamage || problem.kind == .newerVersion {
                try moveAside(path)
                return try SQLiteCache(
                    path: path, limitBytes: limitBytes, connection: connection(path, probe: probe))
            }
        }
    }

    private static func connection(_ path: String, probe: StorageProbe?) throws -> Connection {
        try PrivateFile.prepare(path)
        let connection = try Connection(path, options, probe: probe)
        try CacheSchema.schema.migrate(connection)
        // Reads the first pages of every table, so that a damaged file shows now and not at the first call.
        _ = try connection.statement(CacheSchema.total).first { try $0.integer() }
        _ = try connection.number("SELECT count(*) FROM (SELECT 1 FROM entry LIMIT 1)")
        _ = try connection.statement(CacheSchema.leastUsed).all(.integer(1)) { try $0.integer() }
        return connection
    }

    /// The log goes first: it would be replayed into the new file.
    private static func moveAside(_ path: String) throws {
        PrivateFile.remove(path + "-wal")
        PrivateFile.remove(path + "-shm")
        try PrivateFile.move(path, to: path + ".broken")
    }

    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        let found = try Failure.reporting(as: .storage) { try find(key) }
        switch found {
        case .absent: return nil
        case .damaged(let row):
            // Nobody waits for it: if it fails, the next read tries again.
            writer.enqueue { try $0.statement(CacheSchema.deleteRow).run(.of(row)) }
            return nil
        case .entry(let entry, let row):
            touch(row)
            return entry
        }
    }

    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        let (values, size) = CacheRow.values(of: entry, for: key)
        let fits = size <= limitBytes
        let limit = limitBytes
        // Before anything goes: what was used in the meantime must not look old.
        let used = takeTouched()
        var isOver = try await write { connection in
            try SQLiteCache.note(used, on: connection)
            try connection.statement(CacheSchema.delete).run(.of(key.digest))
            if fits { try connection.statement(CacheSchema.insert).run(values) }
            return try CacheEviction(limitBytes: limit).run(on: connection)
        }
        while isOver { isOver = try await write { try CacheEviction(limitBytes: limit).run(on: $0) } }
    }

    public func remove(_ key: CacheKey) async throws {
        try await write { try $0.statement(CacheSchema.delete).run(.of(key.digest)) }
    }

    /// Removes every entry and gives the space back, some hundred entries at a time.
    public func removeAll() async throws {
        while try await write({ try CacheEviction(limitBytes: 0).run(on: $0) }) {}
        var free = Int64.max
        while free > 0 {
            let left = try await write { connection in
                try connection.execute("PRAGMA incremental_vacuum(\(CacheEviction.pageLimit))")
                return try connection.number("PRAGMA freelist_count")
            }
            // A file whose pages are in use elsewhere gives nothing back: that is no reason to go on for
            // ever.
            free = left < free ? left : 0
        }
    }

    /// Counts what is stored. Costs the same whatever that is.
    public func statistics() throws -> Statistics {
        try Failure.reporting(as: .storage) {
            try readers.read { connection in
                try connection.statement(CacheSchema.total).first {
                    Statistics(entries: try $0.integer(), bytes: try $0.integer())
                } ?? Statistics(entries: 0, bytes: 0)
            }
        }
    }

    /// Finishes what is being written, and closes the file. Everything afterwards throws.
    public func close() async {
        writeTouched()
        await writer.close()
        readers.close()
    }

    private enum Found {
        case absent
        case damaged(row: Int64)
        case entry(CacheEntry, row: Int64)
    }

    private func find(_ key: CacheKey) throws -> Found {
        try readers.read { connection in
            let select = try connection.statement(CacheSchema.find)
            return try select.first(.of(key.digest)) { row in
                let id = try row.integer()
                guard let entry = try? CacheRow.entry(&row, for: key) else { return .damaged(row: id) }
                return .entry(entry, row: id)
            } ?? .absent
        }
    }

    private func touch(_ row: Int64) {
        let isDue = touched.withLock { touched in
            touched.insert(row)
            return touched.count >= SQLiteCache.touchLimit
        }
        if isDue { writeTouched() }
    }

    private func takeTouched() -> Set<Int64> {
        touched.withLock { touched in
            defer { touched = [] }
            return touched
        }
    }

    /// Nobody waits for it: an entry that was found is served, whether or not its use can be noted.
    private func writeTouched() {
        let rows = takeTouched()
        if !rows.isEmpty { writer.enqueue { try SQLiteCache.note(rows, on: $0) } }
    }

    private static func note(_ rows: Set<Int64>, on connection: Connection) throws {
        if rows.isEmpty { return }
        try connection.statement(CacheSchema.tick).run()
        for row in rows.sorted() { try connection.statement(CacheSchema.touch).run(.of(row)) }
    }

    @discardableResult
    private func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        do {
            return try await writer.write(work)
        } catch let problem as StorageProblem {
            throw problem.failure(as: .storage)
        }
    }
}
