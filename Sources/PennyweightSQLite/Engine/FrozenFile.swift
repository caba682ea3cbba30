#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// A database in a directory where nothing can be written: whether, and how, it can be read.
///
/// A file with a write-ahead log needs a `-shm` beside it, which SQLite can't make there. Without anything in
/// the log the file alone is the database, and is read as one that nobody changes
/// (<https://sqlite.org/uri.html#uriimmutable>). SQLite doesn't notice if somebody does change it (where the
/// directory is mounted read-only here, and for writing elsewhere): so this remembers what the file looked
/// like, and ``check()`` tells.
struct FrozenFile: Sendable {
    /// How a file in such a directory is opened.
    enum Opening: Sendable, Equatable {
        /// As any other: somebody has made what is needed beside it.
        case shared
        /// As one that nobody changes.
        case frozen
    }

    private struct Look: Sendable, Hashable {
        let identity: FileIdentity?
        let bytes: Int64?
        let logBytes: Int64?
        let seconds: Int
        let nanoseconds: Int

        init(_ path: String) {
            var status = stat()
            let exists = stat(path, &status) == 0
            identity = FileIdentity(path)
            bytes = exists ? Int64(status.st_size) : nil
            logBytes = PrivateFile.size(path + "-wal").flatMap { $0 == 0 ? nil : $0 }
            #if canImport(Darwin)
            let time = status.st_mtimespec
            #else
            let time = status.st_mtim
            #endif
            (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
        }
    }

    private let path: String
    private let look: Look

    init(_ path: String) {
        self.path = path
        look = Look(path)
    }

    /// True if nobody has changed it since.
    var isUnchanged: Bool { Look(path) == look }

    /// Throws if it was changed: then what was read may be of no one moment.
    func check() throws {
        guard !isUnchanged else { return }
        throw StorageProblem(
            .moved,
            "'\(path)' was changed while it was read, and its directory can't be written: read it where it "
                + "is written, or read a backup.")
    }

    /// How to open a file that is only read; nil if its directory can be written, so that there is no
    /// question. Throws a problem that says what to do if it can't be read where it is.
    static func opening(of path: String) throws -> Opening? {
        guard PrivateFile.exists(path), !canWrite(beside: path) else { return nil }
        guard let log = PrivateFile.size(path + "-wal"), log > 0 else { return .frozen }
        guard !PrivateFile.exists(path + "-shm") else { return .shared }
        throw StorageProblem(
            .system(EROFS),
            "'\(path)' can't be read where it is: '-wal' beside it holds changes that aren't in the file "
                + "yet, and its directory can't be written. Copy both to a directory that can, and read them "
                + "there."
        )
    }

    private static func canWrite(beside path: String) -> Bool {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        return access(directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory, W_OK) == 0
    }
}
