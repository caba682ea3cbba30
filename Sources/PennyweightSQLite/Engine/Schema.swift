/// The tables of one kind of file, as the numbered steps that lead to them.
struct Schema: Sendable {
    /// Marks the file as one of this kind (`PRAGMA application_id`).
    let applicationID: Int64
    /// What the file is, for messages.
    let name: String
    /// Step n leads from version n − 1 to n. Steps are added at the end and never edited.
    let migrations: [Migration]

    /// One step: SQL, and then whatever SQL can't do, in the same transaction.
    struct Migration: Sendable {
        let sql: String
        let work: @Sendable (Connection) throws -> Void

        init(_ sql: String, then work: @escaping @Sendable (Connection) throws -> Void = { _ in }) {
            self.sql = sql
            self.work = work
        }
    }

    /// The version that this program writes.
    var version: Int64 { Int64(migrations.count) }

    /// Brings a file to this version, each step in one transaction; refuses a foreign or a newer file.
    func migrate(_ connection: Connection) throws {
        while try state(of: connection) < version {
            try connection.transaction {
                // Another process may have made the step in the meantime.
                let current = try state(of: connection)
                guard current < version else { return }
                let migration = migrations[Int(current)]
                try connection.execute(migration.sql)
                try migration.work(connection)
                try connection.execute("PRAGMA application_id = \(applicationID)")
                try connection.execute("PRAGMA user_version = \(current + 1)")
            }
        }
    }

    /// Refuses a file that is not exactly of this version, for a caller that only reads.
    func check(_ connection: Connection) throws {
        guard try state(of: connection) == version else {
            throw StorageProblem(
                .foreignFile,
                "'\(connection.path)' holds no \(name) of this version: "
                    + "open it once for writing to update it."
            )
        }
    }

    /// The file's version; 0 for an empty file.
    private func state(of connection: Connection) throws -> Int64 {
        let path = connection.path
        let found = try connection.number("PRAGMA application_id")
        let current = try connection.number("PRAGMA user_version")
        let isEmpty = try connection.number("SELECT count(*) FROM sqlite_schema") == 0
        guard found == applicationID || found == 0 && current == 0 && isEmpty else {
            throw StorageProblem(
                .foreignFile,
                "'\(path)' is a database, but not a \(name) of Pennyweight: choose another path.")
        }
        guard current <= version else {
            throw StorageProblem(
                .newerVersion,
                "'\(path)' has version \(current) of the \(name), this program knows up to \(version): "
                    + "use the newer program.")
        }
        return current
    }
}
