/// How a file is opened.
struct ConnectionOptions: Sendable {
    /// What a commit waits for.
    enum Synchronous: String, Sendable {
        /// The log is on the disk: a commit survives a power cut.
        case full = "FULL"
        /// The log is with the operating system: a commit survives the process, not a power cut.
        case normal = "NORMAL"
    }

    var synchronous: Synchronous
    /// Creates the file, and turns the write-ahead log on.
    var creates = true
    /// Refuses every write.
    var readsOnly = false
    /// A new file can give space back.
    var shrinks = false
    /// Refuses to commit once the file or its log was moved or deleted.
    var mustStay = false
    /// How long to wait for another process's lock.
    var busyMilliseconds: Int32 = 5_000
    /// Memory for pages; SQLite's own default is 2 MB, which is a fifth slower for point reads.
    var cacheKibibytes = 8_192

    /// How a file that is only read is opened where nothing can be written; tests say it themselves.
    var opening: @Sendable (String) throws -> FrozenFile.Opening? = { try FrozenFile.opening(of: $0) }

    /// The same file, for a connection that only reads.
    var reading: ConnectionOptions {
        var options = self
        options.creates = false
        options.readsOnly = true
        options.mustStay = false
        return options
    }
}
