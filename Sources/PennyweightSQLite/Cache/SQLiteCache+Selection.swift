public import PennyweightMiddleware
private import PennyweightPipeline
public import PennyweightTime

extension SQLiteCache {
    /// Rows that one read looks at, so that looking through all of them holds no thread for long: about 3 ms.
    static let sliceRows = 2_000

    /// Removes the selected entries, some hundred per transaction; gives the space back if all are selected.
    @discardableResult
    public func remove(_ selection: CacheSelection) async throws -> Int {
        let result: Result<Int, any Error>
        do { result = .success(try await removeRows(selection)) } catch { result = .failure(error) }
        // Also if nothing is there, or not all of it can be removed: another process may have more in
        // memory.
        try noteRemoval()
        return try result.get()
    }

    private func removeRows(_ selection: CacheSelection) async throws -> Int {
        let values = selection.values
        var count = 0
        var place: Int64 = 0
        let end = try reading { try $0.statement(CacheSchema.lastRow).first { $0.optionalInteger() } }
        guard let end = end ?? nil else { return 0 }
        while place < end {
            try Task.checkCancellation()
            let (rows, next) = try reading { connection in
                try SQLiteCache.slice(of: selection, values, after: place, until: end, on: connection)
            }
            count += try await remove(rows)
            place = next
        }
        if selection.isEverything { try await giveSpaceBack() }
        return count
    }

    /// The selected rows of one slice, and where it ends.
    private static func slice(
        of selection: CacheSelection, _ values: [SQLValue], after place: Int64, until end: Int64,
        on connection: Connection
    ) throws -> (rows: [Int64], next: Int64) {
        if let only = try rows(named: selection, on: connection) {
            let rows = try only.flatMap { row in
                try connection.statement(CacheSchema.rows).all(values + [.of(row - 1), .of(row)]) {
                    try $0.integer()
                }
            }
            return (rows, end)
        }
        let next = try connection.statement(CacheSchema.sliceOfRows).first(.of(place), .of(sliceRows - 1)) {
            try $0.integer()
        }
        let last = min(next ?? end, end)
        let rows = try connection.statement(CacheSchema.rows).all(values + [.of(place), .of(last)]) {
            try $0.integer()
        }
        return (rows, last)
    }

    /// The only rows that can be meant, if the selection names a key or an id.
    private static func rows(
        named selection: CacheSelection, on connection: Connection
    ) throws -> [Int64]? {
        if let key = selection.key {
            return try connection.statement(CacheSchema.rowOfKey).all(.of(key.hash), .of(key.digest)) {
                try $0.integer()
            }
        }
        guard let id = selection.id else { return nil }
        return try connection.statement(CacheSchema.rowNamed).all(.of(id)) { try $0.integer() }
    }

    private func remove(_ rows: [Int64]) async throws -> Int {
        var count = 0
        var rest = rows[...]
        while !rest.isEmpty {
            let page = Array(rest.prefix(CacheEviction.pageLimit))
            rest = rest.dropFirst(page.count)
            count += try await write { connection in
                try page.reduce(0) { count, row in
                    try count + connection.statement(CacheSchema.deleteRow).run(.of(row))
                }
            }
        }
        return count
    }

    public func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        let values = selection.values
        guard limit > 0 else { return CachePage([]) }
        var found: [CacheSummary] = []
        var place = after.map { SQLValue.of($0) } ?? .bytes([])
        while found.count <= limit {
            try Task.checkCancellation()
            let wanted = limit + 1 - found.count
            let (summaries, next) = try reading { connection in
                try SQLiteCache.summaries(of: selection, values, after: place, wanted, on: connection)
            }
            found += summaries
            guard let next else { break }
            place = next
        }
        let page = Array(found.prefix(limit))
        return CachePage(page, next: found.count > limit ? page.last?.id : nil)
    }

    /// The selected entries of one slice, and where it ends; nil if it is the last.
    private static func summaries(
        of selection: CacheSelection, _ values: [SQLValue], after place: SQLValue, _ limit: Int,
        on connection: Connection
    ) throws -> (summaries: [CacheSummary], next: SQLValue?) {
        if let only = try rows(named: selection, on: connection) {
            let summaries = try only.compactMap { row in
                try connection.statement(CacheSchema.summariesOfRow).first(values + [.of(row)]) {
                    try CacheRow.summary(&$0)
                }
            }
            let rest = summaries.filter { SQLValue.of($0.id).isAfter(place) }.sorted { $0.id < $1.id }
            return (Array(rest.prefix(limit)), nil)
        }
        let end = try connection.statement(CacheSchema.sliceOfNames).first([place, .of(sliceRows - 1)]) {
            $0.value()
        }
        let until = end ?? .bytes(Array(repeating: 0xFF, count: 17))
        let summaries = try connection.statement(CacheSchema.summaries)
            .all(values + [place, until, .of(limit)]) { try CacheRow.summary(&$0) }
        return (summaries, end)
    }
}

extension CacheKey {
    /// What an entry is found by.
    var hash: Int64 { Int64(bitPattern: prefix) }
}

extension SQLValue {
    /// Orders blobs as SQLite does.
    fileprivate func isAfter(_ other: SQLValue) -> Bool {
        guard case .bytes(let left) = self, case .bytes(let right) = other else { return false }
        return right.lexicographicallyPrecedes(left)
    }
}

extension CacheSelection {
    /// The values 1 to 10 of the statements over a selection.
    fileprivate var values: [SQLValue] {
        [
            .of(key?.digest), .of(id?.bytes), .of(account), .of(namespace), .of(route), .of(model?.glob),
            .of(provider), .of(tag.map { CacheTags.text(of: $0.name, $0.value) }), .of(storedBefore),
            .of(expiredBefore),
        ]
    }
}

extension ModelPattern {
    /// The pattern for SQLite's GLOB, where `?` and `[` mean something too.
    fileprivate var glob: String {
        text.reduce(into: "") { $0 += $1 == "?" || $1 == "[" ? "[\($1)]" : String($1) }
    }
}
