internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightTime

/// A cache entry as columns, and back.
struct CacheRow {
    /// What an entry costs beside its texts and blobs: numbers, indices, unused parts of pages.
    static let overheadBytes = 240
    /// The same of a body.
    static let bodyOverheadBytes = 80

    /// The values of ``CacheSchema/columns``.
    let values: [SQLValue]
    let body: StoredBody
    /// What an equal body is found by.
    let bodyHash: Int64
    /// Bytes that count towards the limit, without the body.
    let size: Int

    /// Throws only what sealing throws.
    init(_ entry: CacheEntry, for key: CacheKey) throws {
        let values = CacheRow.described(entry, for: key)
        let body = StoredBody(packing: entry.body, route: entry.route)
        if let secret = key.secret {
            (self.values, self.body) = try EntrySealing(secret).sealed(values, body)
            // Of what is sealed: equal answers must not be told from the file.
            bodyHash = self.body.hash(of: self.body.bytes)
        } else {
            (self.values, self.body) = (values, body)
            bodyHash = body.hash(of: entry.body)
        }
        size = self.values.reduce(CacheRow.overheadBytes) { $0 + $1.byteCount }
    }

    var bodySize: Int { CacheRow.bodyOverheadBytes + body.bytes.count }

    /// Covers every field, the key among them, and the body as it is stored, so that a row is served only as
    /// it was written, under its own key.
    var checksum: Int64 {
        var sum = Checksum()
        for value in values + [.of(body.codec.rawValue), .of(body.dictionary), .of(body.length)] {
            sum.add(value)
        }
        body.bytes.withUnsafeBytes { sum.addBytes($0) }
        return sum.stored
    }

    private static func described(_ entry: CacheEntry, for key: CacheKey) -> [SQLValue] {
        let described: [SQLValue] = [
            .of(key.digest), .of(entry.id), .of(entry.canonicalDigest), .of(entry.account),
            .of(entry.namespace), .of(entry.route), .of(entry.model), .of(entry.executedModel),
            .of(entry.provider), .of(entry.status), .of(entry.contentType), .of(entry.storedAt),
            .of(entry.expiresAt), .of(entry.usableUntil), .of(entry.took?.nanoseconds),
            .of(CacheTags.text(of: entry.tags)), .of(entry.pace),
        ]
        return described + entry.cost.columns + usageColumns(entry.usage)
            + [.of(CacheMeters.text(of: entry.usage?.meters ?? [])), .null]
    }

    /// What there is in a row.
    enum Reading {
        case entry(CacheEntry)
        /// Not what was written.
        case damaged
        /// Sealed with another secret, or not sealed.
        case locked
    }

    /// Reads ``CacheSchema/find``'s columns after the id.
    static func reading(
        _ row: inout Row, sealedWith secret: CacheSecret?, on connection: Connection
    ) throws -> Reading {
        let written = try row.integer()
        var sum = Checksum()
        // What the statement selects before the columns, and after them.
        row.add(columns: 2..<Int32(2 + CacheSchema.columnCount + 4), to: &sum)
        guard sum.stored == written else { return .damaged }
        guard row.isNull(CacheSchema.sealingPlace) == (secret == nil) else { return .locked }
        if let secret {
            let values = (0..<CacheSchema.columnCount + 4).map { _ in row.value() }
            guard let opened = EntrySealing(secret).opened(values) else { return .locked }
            // Put back into a row, so that one function reads both kinds.
            let entry = try connection.statement(CacheSchema.opened).first(opened) { row in
                try? CacheRow.entry(&row)
            }
            guard let entry = entry ?? nil else { return .locked }
            return .entry(entry)
        }
        guard let entry = try? CacheRow.entry(&row) else { return .damaged }
        return .entry(entry)
    }

    /// Reads the columns of an entry and its body; nil, or an error, if one is not what was written.
    private static func entry(_ row: inout Row) throws -> CacheEntry? {
        row.withBytes { _ in }
        var entry = CacheEntry(
            id: try row.id(), canonicalDigest: try row.bytes(), account: try row.text(),
            namespace: try row.text(), route: try row.text(), model: try row.text(),
            executedModel: row.optionalText(), provider: try row.text(), status: Int(try row.integer()),
            contentType: try row.text(), body: [], usage: nil, cost: .nothing,
            storedAt: try row.timestamp(), expiresAt: try row.timestamp(), usableUntil: try row.timestamp(),
            took: row.optionalInteger().map { .nanoseconds($0) })
        guard let tags = CacheTags.tags(in: row.optionalText()) else { return nil }
        entry.tags = tags
        entry.pace = row.optionalBytes()
        entry.cost = try row.cost()
        entry.usage = try row.storedUsage()
        // Read in any case: a column that optional chaining skips would shift those after it.
        let meters = try CacheMeters.meters(in: row.optionalText())
        _ = row.optionalInteger()
        entry.usage?.meters = meters
        return try addBody(from: &row, to: &entry) ? entry : nil
    }

    private static func addBody(from row: inout Row, to entry: inout CacheEntry) throws -> Bool {
        let codec = StoredBody.Codec(rawValue: try row.integer())
        let (dictionary, length) = (try row.integer(), try row.integer())
        guard let codec, let length = Int(exactly: length) else { return false }
        return row.withBytes { packed in
            let body = StoredBody.unpacked(packed, codec: codec, dictionary: dictionary, length: length)
            guard let body else { return false }
            entry.body = body
            if codec == .gzip { entry.gzipMember = Array(packed) }
            return true
        }
    }

    /// Reads the columns of a summary.
    static func summary(_ row: inout Row) throws -> CacheSummary {
        var summary = CacheSummary(
            id: try row.id(), key: try row.present(CacheKey(digest: row.bytes())), account: try row.text(),
            namespace: try row.text(), route: try row.text(), model: try row.text(),
            executedModel: row.optionalText(), provider: try row.text(), status: Int(try row.integer()),
            bytes: Int(try row.integer()), cost: try row.cost(), storedAt: try row.timestamp(),
            expiresAt: try row.timestamp(), tags: [:])
        summary.tags = try row.present(CacheTags.tags(in: row.optionalText()))
        summary.lastUsed = row.optionalTimestamp()
        summary.hits = row.optionalInteger().map(Int.init)
        summary.isSealed = row.optionalInteger() != nil
        return summary
    }
}

extension SQLValue {
    fileprivate var byteCount: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}
