/// The writes that arrived during the last commit: one transaction.
struct Batch {
    /// Tells a task that its write is durable.
    typealias Tell = @Sendable () -> Void

    /// A write failed, and not the transaction around it.
    private struct FailedWrite: Error {
        let problem: any Error
    }

    let jobs: [Job]
    let connection: Connection
    let companion: (any BatchCompanion)?

    /// Commits what can be committed, and tells each write how it ended.
    ///
    /// Nearly always nothing fails, and a savepoint around each write costs as much as two rows. So the
    /// batch is written without them; only if a write fails is everything undone, and done again with them.
    func commit() {
        do {
            tell(try inTransaction { try runTogether() })
        } catch is FailedWrite where jobs.count > 1 {
            commitApart()
        } catch {
            let problem = (error as? FailedWrite)?.problem ?? error
            for job in jobs { job.fail(problem) }
        }
    }

    private func runTogether() throws -> [Tell] {
        var tells: [Tell] = []
        tells.reserveCapacity(jobs.count)
        // By index: to take a write out of the array costs two references counted.
        for index in jobs.indices {
            do { tells.append(try jobs[index].run(connection)) } catch { throw FailedWrite(problem: error) }
        }
        companion?.keep()
        return tells
    }

    /// Undoes each write that fails alone.
    private func commitApart() {
        var open: [(job: Job, tell: Tell)] = []
        var rest = jobs[...]
        do {
            try inTransaction {
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
            }
            tell(open.map(\.tell))
        } catch {
            for (job, _) in open { job.fail(error) }
            for job in rest { job.fail(error) }
        }
    }

    private func inTransaction<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            let value = try connection.transaction {
                let value = try work()
                try companion?.finish()
                return value
            }
            companion?.end(isCommitted: true)
            return value
        } catch {
            companion?.end(isCommitted: false)
            throw error
        }
    }

    /// Waking a task costs as much as writing two rows: where there are many, it is left to another thread.
    private func tell(_ tells: [Tell]) {
        guard tells.count > 1 else {
            for tell in tells { tell() }
            return
        }
        // The writes go along, so that what they hold is freed there as well.
        Task.detached { [jobs] in
            for tell in tells { tell() }
            withExtendedLifetime(jobs) {}
        }
    }
}
