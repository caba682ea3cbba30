/// The one thread that writes to a file, with group commit: a batch is whatever arrived during the last
/// commit.
///
/// A write runs to its end even if the task that waits for it is cancelled. Writes of one batch don't hurt
/// each other: one that fails is undone alone. Only a failing commit fails them all.
final class Writer: Sendable {
    /// Beyond 64 rows a larger batch gains little; the limit bounds how long one transaction keeps others
    /// out.
    static let batchLimit = 256
    /// A waiting write belongs to a waiting call, and those are bounded by whoever accepts calls.
    static let queueLimit = 16_384

    private let queue: JobQueue

    /// Takes the connection over: nobody else may use it from now on.
    init(
        _ connection: Connection, companion: (any BatchCompanion)? = nil, batchLimit: Int = batchLimit,
        queueLimit: Int = queueLimit
    ) throws {
        let queue = JobQueue(limit: queueLimit)
        self.queue = queue
        try startThread {
            var loop = WriterLoop(
                connection: connection, companion: companion, queue: queue, batchLimit: batchLimit)
            loop.run()
        }
    }

    deinit {
        queue.close()
    }

    /// Runs work in a transaction and returns once that is committed. Cancelling changes nothing.
    ///
    /// The work runs again, from the beginning, if another write of its batch fails: what it leaves behind
    /// other than in the file must not matter.
    ///
    /// Throws what the work throws, or the `StorageProblem` of the commit: then nothing of the work is in the
    /// file. (After a failure of the disk during the commit it may be, all of it: work has to be repeatable.)
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.add(
                Job(
                    run: { connection in
                        let value = try work(connection)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Runs work like ``write(_:)``, but waits for nothing: for what may be lost.
    func enqueue(
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in },
        _ work: @escaping @Sendable (Connection) throws -> Void
    ) {
        queue.add(
            Job(
                run: { connection in
                    try work(connection)
                    return {}
                },
                fail: onFailure))
    }

    /// Finishes what waits, moves the log into the file and closes it. Writes after this fail.
    func close() async {
        queue.close()
        await queue.waitForEnd()
    }
}
