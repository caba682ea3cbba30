private import CSQLite
internal import PennyweightPipeline

/// What went wrong in the storage layer, before a store says which of its promises that breaks.
///
/// The stores turn it into a `Failure` once, where it leaves the module.
struct StorageProblem: Error, Sendable {
    enum Kind: Sendable, Hashable {
        /// SQLite's extended result code.
        case sqlite(Int32)
        /// The file was written by a newer version of this program.
        case newerVersion
        /// The file is a database, but not one of this program's.
        case foreignFile
        /// The store was closed before.
        case closed
        /// More writes wait than the queue holds.
        case queueFull
        /// The file isn't any more where it was opened.
        case moved
        /// An operating system call other than SQLite's failed.
        case system(Int32)
        /// A row doesn't hold what its table promises, or isn't there.
        case unexpectedRow
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The problem that SQLite reports for a file, with what can be done about it.
    init(result: Int32, text: String, file: String, doing: String) {
        kind = .sqlite(result)
        message =
            "Can't \(doing) '\(file)': \(text) (SQLite code \(result)). \(StorageProblem.advice(result))"
    }

    /// True if the file itself is damaged or is no database.
    var isDamage: Bool {
        guard case .sqlite(let result) = kind else { return false }
        return [SQLITE_CORRUPT, SQLITE_NOTADB].contains(result & 0xFF)
    }

    func failure(as code: Failure.Code) -> Failure {
        Failure(code, message)
    }

    private static func advice(_ result: Int32) -> String {
        switch result & 0xFF {
        case SQLITE_FULL: "The disk is full: free space on the file system of this file."
        case SQLITE_READONLY:
            "The file can't be written: check its owner and mode, and those of its directory."
        case SQLITE_CANTOPEN: "Check that its directory exists and may be written."
        case SQLITE_BUSY, SQLITE_LOCKED: "Another process keeps it locked: end that process, or try again."
        case SQLITE_CORRUPT, SQLITE_NOTADB: "The file is damaged: restore it from a backup, or move it away."
        case SQLITE_IOERR: "The disk reports an error: check the disk and the free space."
        default: "Try again; if it stays, report it with this text."
        }
    }
}

extension Failure {
    /// Runs storage work and gives its problem the code that callers act on.
    static func reporting<Value>(as code: Code, _ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let problem as StorageProblem { throw problem.failure(as: code) }
    }
}
