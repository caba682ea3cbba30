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
        while let batch = queue.next(limit: batchLimit) {
            commit(batch)
            checkpointIfDue()
        }
        connection.checkpoint()
        queue.end()
    }

    private func commit(_ batch: [Job]) {
        var open: [(job: Job, tell: @Sendable () -> Void)] = []
        var rest = batch[...]
        do {
            try connection.transaction {
                while let job = rest.first {
                    do {
                        open.append((job, try connection.savepoint { try job.run(connection) }))
                        companion?.keep()
                    } catch  where connection.isInTransaction {
                        companion?.undo()
                        job.fail(error)
                    }
                    rest.removeFirst()
                }
                try companion?.finish()
            }
            companion?.end(isCommitted: true)
            for (_, tell) in open { tell() }
        } catch {
            companion?.end(isCommitted: false)
            for (job, _) in open { job.fail(error) }
            for job in rest { job.fail(error) }
        }
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
