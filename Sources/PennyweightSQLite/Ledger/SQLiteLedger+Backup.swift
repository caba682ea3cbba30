internal import PennyweightPipeline

extension SQLiteLedger {
    /// What a backup holds.
    public struct Backup: Sendable, Hashable {
        public let path: String
        public let bytes: Int64
        /// The number of its last line.
        public let lastLine: Int64
        /// The digest of its last commit, 64 hexadecimal digits: kept elsewhere, it proves later that nothing
        /// before it was changed.
        public let digest: String
    }

    /// Copies the ledger, as it is at this moment, into one file of mode 0600, while others write to it.
    ///
    /// The copy is made under another name (`….partial`), looked through for damage, and put in its place
    /// when it is on the disk: a crash leaves no half of a backup. To restore, put the file where the ledger
    /// was, while nothing has it open, and delete `-wal` and `-shm` beside it. `progress` gets the pages that
    /// are done, and all.
    ///
    /// Throws a `Failure` `storage` if something lies at the path already and `replacing` is false, and if
    /// the copy can't be written: then nothing of it stays.
    public func backUp(
        to target: String, replacing: Bool = false, progress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> Backup {
        try Failure.reporting(as: .storage) {
            if !replacing, PrivateFile.exists(target) {
                throw StorageProblem(
                    .foreignFile, "'\(target)' exists: name another file, or say that it may be replaced.")
            }
            guard FileIdentity(target) == nil || FileIdentity(target) != FileIdentity(path) else {
                throw StorageProblem(.foreignFile, "'\(target)' is the ledger itself: name another file.")
            }
        }
        let partial = target + ".partial"
        for suffix in ["", "-journal", "-wal", "-shm"] { PrivateFile.remove(partial + suffix) }
        do {
            try read { source in
                try PrivateFile.prepare(partial)
                try SQLiteLedger.copy(source, to: partial, progress: progress)
            }
            return try Failure.reporting(as: .storage) {
                let made = try SQLiteLedger.examined(partial, for: target)
                try PrivateFile.place(partial, at: target, replacing: replacing)
                return made
            }
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { PrivateFile.remove(partial + suffix) }
            throw error
        }
    }

    private static func copy(
        _ source: Connection, to path: String, progress: (Int, Int) throws -> Void
    ) throws {
        // The transaction sees one state from its first read on.
        _ = try source.number("SELECT count(*) FROM epoch")
        var options = ConnectionOptions(synchronous: .full)
        options.creates = false
        let target = try Connection(path, options)
        try FileCopy.run(from: source, to: target, progress: progress)
        // One file with nothing beside it: a log would be lost when the file is moved.
        try target.execute("PRAGMA journal_mode = DELETE")
    }

    /// Opens a copy again and looks at it as a stranger would.
    private static func examined(_ partial: String, for target: String) throws -> Backup {
        let connection = try Connection(partial, options.reading)
        try LedgerSchema.schema.check(connection)
        let found = try Statement("PRAGMA quick_check(\(damageLimit))", on: connection).all { try $0.text() }
        guard found == ["ok"] else {
            throw StorageProblem(
                .foreignFile, "The copy is damaged (\(found.joined(separator: "; ").prefix(200))): try again."
            )
        }
        return Backup(
            path: target, bytes: PrivateFile.size(partial) ?? 0,
            lastLine: try connection.number("SELECT coalesce(max(id), 0) FROM line"),
            digest: hexadecimal(try LedgerChain.last(in: connection).digest))
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
