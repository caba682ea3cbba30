/// What the writer's thread does.
struct WriterLoop {
    /// The log is moved into the file when nothing waits and it has grown by this many pages (4 MB), …
    static let idleCheckpointPages: Int32 = 1_000
    /// … and even between busy batches when it has grown by this many (64 MB).
    static let busyCheckpointPages: Int32 = 16_000

    private let connection: Connection
    private let companion: (any BatchCompanion)?
    private let queue: JobQueue
    private let batchLimit: Int
    private var checkpointedPages: Int32 = 0

    init(
        connection: Connection, companion: (any BatchCompanion)?, queue: JobQueue, batchLimit: Int
    ) {
        self.connection = connection
        self.companion = companion
        self.queue = queue
        self.batchLimit = batchLimit
    }

    mutating func run() {
        while let jobs = queue.next(limit: batchLimit) {
            Batch(jobs: jobs, connection: connection, companion: companion).commit()
            checkpointIfDue()
        }
        connection.checkpoint()
        queue.end()
    }

    private mutating func checkpointIfDue() {
        let pages = connection.walPages
        // The log starts again from its beginning once all of it was moved.
        if pages < checkpointedPages { checkpointedPages = 0 }
        let grown = pages - checkpointedPages
        let isDue =
            grown >= WriterLoop.busyCheckpointPages
            || grown >= WriterLoop.idleCheckpointPages && queue.isEmpty
        guard isDue else { return }
        connection.checkpoint()
        checkpointedPages = pages
    }
}
