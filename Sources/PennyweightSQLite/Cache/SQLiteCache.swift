public import PennyweightMiddleware
internal import PennyweightPipeline
public import PennyweightTime
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
    /// A gibibyte: some million chat completions.
    public static let defaultLimitBytes: Int64 = 1 << 30

    /// Entries whose use waits to be written together. What a `kill -9` loses of them only makes an entry
    /// look older. Each batch makes readers read the file's upper pages anew.
    static let touchLimit = 4_096
    static let options = ConnectionOptions(synchronous: .normal, shrinks: true)

    /// The file.
    public let path: String
    /// The most that all entries together may count for.
    public let limitBytes: Int64
    private let time: (any TimeSource)?
    /// True if nothing is kept or found in plain.
    private let requiresSecret: Bool
    /// Tells every process that has the file open what was replaced or removed.
    private let generations: SharedGenerations
    private let writer: Writer
    private let readers: Readers
    /// How often rows were used since that was last written.
    private let touched = Mutex<[Int64: Int]>([:])

    private init(
        path: String, limitBytes: Int64, time: (any TimeSource)?, requiresSecret: Bool,
        connection: Connection
    ) throws {
        self.path = path
        self.requiresSecret = requiresSecret
        self.limitBytes = limitBytes
        self.time = time
        generations = try SharedGenerations(path + "-removals")
        writer = try Writer(connection)
        readers = Readers(path, SQLiteCache.options)
    }

    /// Opens a cache; creates the file with mode 0600 if there is none.
    ///
    /// A damaged file, or one of a newer version, is moved to `….broken` beside it, and an empty one is
    /// begun, unless `replacesDamaged` is false. Without a clock it isn't noted when entries were used last.
    /// Entries under keys with a secret are sealed with it; with `requiresSecret` no others are kept or
    /// found.
    /// Throws a `Failure` `storage` if the path holds another program's database, or can't be written.
    public static func open(
        at path: String, limitBytes: Int64 = SQLiteCache.defaultLimitBytes, time: (any TimeSource)? = nil,
        replacesDamaged: Bool = true, requiresSecret: Bool = false
    ) throws -> SQLiteCache {
        try open(
            at: path, limitBytes: limitBytes, time: time, replacesDamaged: replacesDamaged,
            requiresSecret: requiresSecret, probe: nil)
    }

    static func open(
        at path: String, limitBytes: Int64, time: (any TimeSource)? = nil, replacesDamaged: Bool = true,
        requiresSecret: Bool = false, probe: StorageProbe?
    ) throws -> SQLiteCache {
        try Failure.reporting(as: .storage) {
            let make = {
                try SQLiteCache(
                    path: path, limitBytes: limitBytes, time: time, requiresSecret: requiresSecret,
                    connection: connection(path, probe: probe))
            }
            do {
                return try make()
            } catch let problem as StorageProblem
                where replacesDamaged && (problem.isDamage || problem.kind == .newerVersion)
            {
                try moveAside(path)
                return try make()
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
        guard takes(key.secret) else { return nil }
        return try serve { try SQLiteCache.found(key, on: $0) }
    }

    /// The entry of a name, unless it is sealed.
    public func entry(named id: SortableID) async throws -> CacheEntry? {
        try await entry(named: id, sealedWith: nil)
    }

    public func entry(named id: SortableID, sealedWith secret: CacheSecret?) async throws -> CacheEntry? {
        guard takes(secret) else { return nil }
        return try serve { connection in
            try SQLiteCache.found(
                connection.statement(CacheSchema.findNamed), [.of(id)], sealedWith: secret, on: connection)
        }
    }

    private func takes(_ secret: CacheSecret?) -> Bool { secret != nil || !requiresSecret }

    /// The entry under a key, without counting that as a use: for copies of the cache. Nil also if it is
    /// sealed with another secret than the key's.
    public func peek(_ key: CacheKey) throws -> CacheEntry? {
        let found = try reading { try SQLiteCache.found(key, on: $0) }
        if case .entry(let entry, _) = found { return entry }
        return nil
    }

    /// Stores an entry, sealed if its key has a secret. Does nothing for a key without one if there has to be
    /// one: the entry may not lie in the file in plain.
    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        guard takes(key.secret) else { return }
        let row = try CacheRow(entry, for: key)
        let limit = limitBytes
        let fits = row.size + row.bodySize <= limit
        // Before anything goes: what was used in the meantime must not look old.
        let used = takeTouched()
        let now = time?.now()
        var isOver = try await write { connection in
            try SQLiteCache.note(used, at: now, on: connection)
            try connection.statement(CacheSchema.delete).run(.of(key.hash), .of(key.digest))
            if fits { try SQLiteCache.insert(row, for: key, on: connection) }
            return try CacheEviction(limitBytes: limit).run(on: connection)
        }
        // What can't be told is no reason to call it not stored: others may serve the old answer until it
        // expires.
        try? generations.change(key, to: entry.mark)
        while isOver { isOver = try await write { try CacheEviction(limitBytes: limit).run(on: $0) } }
    }

    /// Inserts an entry, and its body unless an equal one is there.
    private static func insert(
        _ row: CacheRow, for key: CacheKey, on connection: Connection
    ) throws {
        let body: [SQLValue] = [
            .of(row.bodyHash), .of(row.body.codec.rawValue), .of(row.body.dictionary), .of(row.body.length),
            .of(row.body.bytes),
        ]
        let known = try connection.statement(CacheSchema.findBody).first(body) { try $0.integer() }
        let id =
            try known
            ?? connection.statement(CacheSchema.insertBody).first(body + [.of(row.bodySize)]) {
                try $0.integer()
            }
        try connection.statement(CacheSchema.insert)
            .run(
                [.of(key.hash), .of(row.size), .of(id), .of(row.body.length), .of(row.checksum)] + row.values)
    }

    public func remove(_ key: CacheKey) async throws {
        let result: Result<Void, any Error>
        do {
            try await write { try $0.statement(CacheSchema.delete).run(.of(key.hash), .of(key.digest)) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // Also if nothing was there: another process may still have it in memory.
        try Failure.reporting(as: .storage) { try generations.change(key) }
        try result.get()
    }

    public func generation(of key: CacheKey) -> UInt64 { generations.generation(of: key) }

    /// Told after entries were removed on request. Throws what the system says.
    func noteRemoval() throws {
        try Failure.reporting(as: .storage) { try generations.changeAll() }
    }

    public func note(_ uses: [CacheUse]) {
        if uses.isEmpty { return }
        let now = time?.now()
        writer.enqueue { connection in
            try connection.statement(CacheSchema.tick).run()
            let touch = try connection.statement(CacheSchema.touchKey)
            for use in uses {
                try touch.run(.of(use.key.hash), .of(use.key.digest), .of(use.count), .of(now))
            }
        }
    }

    /// Gives the file's free space back, some hundred pages at a time.
    func giveSpaceBack() async throws {
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

    /// The preset dictionary of a number, which small bodies with it need to be expanded (raw deflate,
    /// RFC 1951): for programs that read the file themselves. Nil for an unknown number.
    public static func dictionary(_ number: Int) -> [UInt8]? {
        PresetDictionary.known(Int64(number))?.bytes
    }

    /// Counts what is stored. Costs the same whatever that is.
    public func statistics() throws -> CacheStatistics {
        let limit = Int(limitBytes)
        return try reading { connection in
            let tier = try connection.statement(CacheSchema.total).first { row in
                CacheStatistics.Tier(
                    name: "disk", entries: Int(try row.integer()), bytes: Int(try row.integer()),
                    limitBytes: limit, bodies: Int(try row.integer()), plainBytes: Int(try row.integer()),
                    vectors: Int(try row.integer()))
            }
            return CacheStatistics(tiers: tier.map { [$0] } ?? [])
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

    private static func found(_ key: CacheKey, on connection: Connection) throws -> Found {
        let find = try connection.favourite { CacheSchema.find }
        return try found(
            find, [.of(key.hash), .of(key.digest)], sealedWith: key.secret, on: connection)
    }

    private static func found(
        _ statement: Statement, _ values: [SQLValue], sealedWith secret: CacheSecret?,
        on connection: Connection
    ) throws -> Found {
        try statement.first(values) { row in
            let id = try row.integer()
            switch try CacheRow.reading(&row, sealedWith: secret, on: connection) {
            case .entry(let entry): return .entry(entry, row: id)
            case .damaged: return .damaged(row: id)
            // It is somebody else's, and stays.
            case .locked: return .absent
            }
        } ?? .absent
    }

    /// Finds an entry, and notes that it was used, or removes it if it is damaged.
    private func serve(_ find: (Connection) throws -> Found) throws -> CacheEntry? {
        switch try reading(find) {
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

    private func touch(_ row: Int64) {
        let isDue = touched.withLock { touched in
            touched[row, default: 0] += 1
            return touched.count >= SQLiteCache.touchLimit
        }
        if isDue { writeTouched() }
    }

    private func takeTouched() -> [Int64: Int] {
        touched.withLock { touched in
            defer { touched = [:] }
            return touched
        }
    }

    /// Nobody waits for it: an entry that was found is served, whether or not its use can be noted.
    private func writeTouched() {
        let rows = takeTouched()
        let now = time?.now()
        if !rows.isEmpty { writer.enqueue { try SQLiteCache.note(rows, at: now, on: $0) } }
    }

    private static func note(_ rows: [Int64: Int], at time: Timestamp?, on connection: Connection) throws {
        if rows.isEmpty { return }
        try connection.statement(CacheSchema.tick).run()
        let touch = try connection.statement(CacheSchema.touch)
        for (row, hits) in rows.sorted(by: { $0.key < $1.key }) {
            try touch.run(.of(row), .of(hits), .of(time))
        }
    }

    /// Runs a statement that nobody waits for.
    func enqueue(_ sql: String, _ values: [SQLValue]) {
        writer.enqueue { try $0.statement(sql).run(values) }
    }
    /// Runs work in a transaction and waits for nothing: for what may be lost.
    func enqueue(_ work: @escaping @Sendable (Connection) throws -> Void) { writer.enqueue(work) }

    func reading<Value>(_ work: (Connection) throws -> Value) throws -> Value {
        try Failure.reporting(as: .storage) { try readers.read(work) }
    }

    @discardableResult
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        do {
            return try await writer.write(work)
        } catch let problem as StorageProblem {
            throw problem.failure(as: .storage)
        }
    }
}
