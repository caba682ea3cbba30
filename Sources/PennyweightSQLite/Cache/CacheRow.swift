internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightTime

/// A cache entry as columns, and back.
enum CacheRow {
    /// What a row costs beside its text and blobs: numbers, indices, unused parts of pages. Measured: about
    /// 300.
    static let overheadBytes = 320

    /// The values of an insert, and the bytes that the entry counts for.
    static func values(of entry: CacheEntry, for key: CacheKey) -> (values: [SQLValue], size: Int) {
        let body = StoredBody(packing: entry.body, route: entry.route)
        let described: [SQLValue] =
            [
                .of(entry.canonicalDigest), .of(entry.account), .of(entry.route), .of(entry.model),
                .of(entry.executedModel), .of(entry.provider), .of(entry.status), .of(entry.contentType),
                .of(entry.storedAt), .of(entry.expiresAt),
            ] + entry.cost.columns + usageColumns(entry.usage)
            + [.of(text(of: entry.usage?.meters ?? []))]
        let size = described.reduce(overheadBytes + body.bytes.count) { $0 + $1.byteCount }
        let values =
            [.of(key.digest), .of(size)] + described
            + [
                .of(body.codec.rawValue), .of(body.dictionary), .of(body.length),
                .of(checksum(of: entry, for: key)), .of(body.bytes),
            ]
        return (values, size)
    }

    /// Reads the columns after `id`; nil if anything in the row is not what was written.
    static func entry(_ row: inout Row, for key: CacheKey) throws -> CacheEntry? {
        var entry = CacheEntry(
            canonicalDigest: try row.bytes(), account: try row.text(), route: try row.text(),
            model: try row.text(), executedModel: row.optionalText(), provider: try row.text(),
            status: Int(try row.integer()), contentType: try row.text(), body: [], usage: nil, cost: .nothing,
            storedAt: try row.timestamp(), expiresAt: try row.timestamp())
        entry.cost = try row.cost()
        entry.usage = try row.usage { [] }
        // Read in any case: a column that optional chaining skips would shift those after it.
        let meters = try meters(in: row.optionalText())
        entry.usage?.meters = meters
        let codec = StoredBody.Codec(rawValue: try row.integer())
        let (dictionary, length) = (try row.integer(), try row.integer())
        let written = try row.integer()
        guard let codec, let length = Int(exactly: length) else { return nil }
        let stored = StoredBody(codec: codec, dictionary: dictionary, length: length, bytes: try row.bytes())
        guard let body = stored.unpacked() else { return nil }
        entry.body = body
        return checksum(of: entry, for: key) == written ? entry : nil
    }

    /// Covers the key and every field, so that a row is served only as it was written, under its own key.
    private static func checksum(of entry: CacheEntry, for key: CacheKey) -> Int64 {
        var sum = Checksum()
        sum.add(key.digest)
        sum.add(entry.canonicalDigest)
        let texts = [
            entry.account, entry.route, entry.model, entry.executedModel ?? "\u{0}", entry.provider,
            entry.contentType,
        ]
        for text in texts { sum.add(Array(text.utf8)) }
        let values =
            [.of(entry.status), .of(entry.storedAt), .of(entry.expiresAt)] + entry.cost.columns
            + usageColumns(entry.usage) + [.of(text(of: entry.usage?.meters ?? []))]
        for value in values { value.add(to: &sum) }
        sum.add(entry.body)
        return sum.stored
    }

    /// Meters as JSON, `[["image","high/1024x1024",1]]`; nil for none.
    private static func text(of meters: [Usage.Meter]) -> String? {
        if meters.isEmpty { return nil }
        let value = JSONValue.array(
            meters.map { meter in
                .array([
                    .text(meter.unit.rawValue), meter.variant.map(JSONValue.text) ?? .null,
                    .integer(meter.count),
                ])
            })
        return String(decoding: value.bytes, as: UTF8.self)
    }

    private static func meters(in text: String?) throws -> [Usage.Meter] {
        guard let text else { return [] }
        let problem = StorageProblem(.unexpectedRow, "The meters of a cache entry can't be read.")
        guard let document = try? JSONDocument(text) else { throw problem }
        return try document.root.elements.map { element in
            let parts = element.elements
            guard parts.count == 3, let unit = parts[0].string.flatMap(Unit.init(rawValue:)),
                let count = parts[2].integer
            else { throw problem }
            return Usage.Meter(unit, variant: parts[1].string, count: count)
        }
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

    fileprivate func add(to sum: inout Checksum) {
        switch self {
        case .null: sum.add(0)
        case .integer(let number):
            sum.add(1)
            sum.add(number)
        case .text(let text):
            sum.add(2)
            sum.add(Array(text.utf8))
        case .bytes(let bytes):
            sum.add(3)
            sum.add(bytes)
        }
    }
}
