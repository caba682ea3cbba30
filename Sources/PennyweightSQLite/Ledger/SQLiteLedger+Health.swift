internal import PennyweightPipeline

extension SQLiteLedger {
    /// Damage that one check tells of: enough to act on, whatever the file looks like.
    static let damageLimit = 5

    /// Writes one small row through to the disk, as a hold would be: proof that spending is possible now.
    ///
    /// Writes that wait anyway share its commit. Throws a `Failure` `ledgerUnavailable` if the disk is full,
    /// or the file can't be written, is closed, or was moved or deleted. Cancelling changes nothing.
    public func proveWritable() async throws {
        try await write { _ = try $0.statement(LedgerSchema.beat).run() }
    }

    /// Reads the whole file and looks for damage in its structure; writes nothing.
    ///
    /// Takes time in proportion to the file. Throws a `Failure` `storage` that names the first damage found.
    /// Checks what SQLite's [quick_check](https://sqlite.org/pragma.html#pragma_quick_check) does: pages and
    /// rows, not whether indexes agree with them.
    public func checkStructure() throws {
        let found = try read { connection in
            try Statement("PRAGMA quick_check(\(SQLiteLedger.damageLimit))", on: connection).all {
                try $0.text()
            }
        }
        guard found != ["ok"] else { return }
        let damage = found.joined(separator: "; ").replacing("\n", with: " ").prefix(500)
        throw Failure(
            .storage,
            "'\(path)' is damaged: \(damage). Stop what uses it, and restore it from a backup.")
    }
}
