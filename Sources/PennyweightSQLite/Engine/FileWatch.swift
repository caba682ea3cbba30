/// Tells whether a database and its log still lie where they were opened.
///
/// What is committed to a file that lost its name dies with the last process that has it open, without any
/// error. Used by one thread at a time, like its connection.
struct FileWatch {
    private let path: String
    private let file: FileIdentity?
    /// The log is there from the first transaction on, and as long as anyone has the file open.
    private var log: FileIdentity?
    private var isLost = false

    /// Takes what lies at the path now for the file that is open.
    init(_ path: String) {
        self.path = path
        file = FileIdentity(path)
    }

    /// Throws a `moved` problem once the file or its log isn't there any more, and from then on always.
    ///
    /// Call it inside a transaction, before the commit. Costs two `stat` calls.
    mutating func check() throws {
        let (file, log) = (FileIdentity(path), FileIdentity(path + "-wal"))
        if self.log == nil { self.log = log }
        if file == nil || log == nil || file != self.file || log != self.log { isLost = true }
        guard isLost else { return }
        throw StorageProblem(
            .moved,
            "'\(path)', or '-wal' beside it, was moved or deleted while it is in use: nothing is written any "
                + "more. Put both back if you have them, and restart.")
    }
}
