/// Removes what was not used for longest, until the rest fits; a page per transaction, so that it keeps no
/// one out.
struct CacheEviction: Sendable {
    /// Entries, and pages of the file, that one transaction gives up at most.
    static let pageLimit = 200

    let limitBytes: Int64

    /// Removes up to a page of entries. True if there is more to remove.
    func run(on connection: Connection) throws -> Bool {
        guard try bytes(on: connection) > limitBytes else { return false }
        let select = try connection.statement(CacheSchema.leastUsed)
        let rows = try select.all(.of(CacheEviction.pageLimit)) { try $0.integer() }
        for row in rows {
            try connection.statement(CacheSchema.deleteRow).run(.of(row))
            if try bytes(on: connection) <= limitBytes { return false }
        }
        return !rows.isEmpty
    }

    private func bytes(on connection: Connection) throws -> Int64 {
        try connection.statement(CacheSchema.bytes).first { try $0.integer() } ?? 0
    }
}
