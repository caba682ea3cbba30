internal import CSQLite

/// A copy of a database that is in use: one moment of it, page by page (sqlite3_backup).
struct FileCopy {
    /// Pages that are copied between two reports of progress.
    static let stepPages: Int32 = 1_024

    /// Copies the state that the source's open read transaction sees. `progress` gets the pages that are
    /// done, and all.
    ///
    /// Nobody who writes to the source waits for it. Throws what the disk says; the target is then of no use.
    static func run(
        from source: Connection, to target: Connection, progress: (Int, Int) throws -> Void
    ) throws {
        guard let backup = sqlite3_backup_init(target.pointer, "main", source.pointer, "main") else {
            throw target.problem(sqlite3_extended_errcode(target.pointer), doing: "copy to")
        }
        var result = SQLITE_OK
        do {
            while result == SQLITE_OK {
                result = sqlite3_backup_step(backup, stepPages)
                let all = Int(sqlite3_backup_pagecount(backup))
                try progress(all - Int(sqlite3_backup_remaining(backup)), all)
            }
        } catch {
            sqlite3_backup_finish(backup)
            throw error
        }
        let end = sqlite3_backup_finish(backup)
        guard result == SQLITE_DONE, end == SQLITE_OK else {
            throw target.problem(result == SQLITE_DONE ? end : result, doing: "copy to")
        }
    }
}
