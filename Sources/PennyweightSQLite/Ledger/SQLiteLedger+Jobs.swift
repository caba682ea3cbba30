public import PennyweightLedger

extension SQLiteLedger: JobLog {
    public func job(_ job: ProviderJob) async throws -> JobRecord? {
        try read { connection in
            let id = try connection.statement(LedgerSchema.findJobHold).first([
                .of(job.provider), .of(job.id),
            ]) { (hold: try $0.integer(), isOpen: try $0.integer() == 1) }
            return try id.flatMap { try SQLiteLedger.record(job, $0.hold, $0.isOpen, connection) }
        }
    }

    public func jobs(_ query: JobQuery) async throws -> [JobRecord] {
        try read { connection in
            var start: Int64 = query.isOldestFirst ? 0 : .max
            if let after = query.after {
                let number = try connection.statement(LedgerSchema.numberOfJob)
                    .first([.of(query.provider), .of(after)]) { try $0.integer() }
                guard let number else { return [] }
                start = number
            }
            let sql = query.isOldestFirst ? LedgerSchema.olderJobs : LedgerSchema.newerJobs
            let rows = try connection.statement(sql).all([
                .of(query.provider), .of(start), .of(query.account), .of(query.isOpenOnly ? 1 : 0),
                .of(max(0, query.limit)),
            ]) { (id: try $0.text(), hold: try $0.integer(), isOpen: try $0.integer() == 1) }
            return try rows.compactMap { row in
                let job = ProviderJob(provider: query.provider, id: row.id)
                return try SQLiteLedger.record(job, row.hold, row.isOpen, connection)
            }
        }
    }

    private static func record(
        _ job: ProviderJob, _ hold: Int64, _ isOpen: Bool, _ connection: Connection
    ) throws -> JobRecord? {
        try LedgerReading(connection: connection).holds(
            LedgerSchema.holds + " WHERE hold.id = ?", [.of(hold)]
        )
        .first.map { JobRecord(job: job, hold: $0, isOpen: isOpen) }
    }
}

/// What is asked of the jobs that were noted.
extension LedgerSchema {
    private static let isOpen = "EXISTS (SELECT 1 FROM open_hold WHERE open_hold.hold = job.hold)"

    static let findJobHold = "SELECT hold, \(isOpen) FROM job WHERE provider = ? AND job_id = ?"
    static let numberOfJob = "SELECT id FROM job WHERE provider = ? AND job_id = ?"
    static let olderJobs = jobs("job.id > ?2", "ASC")
    static let newerJobs = jobs("job.id < ?2", "DESC")

    /// Parameters: provider, the number that the page begins beyond, account, whether open ones alone, limit.
    private static func jobs(_ place: String, _ order: String) -> String {
        """
        SELECT job.job_id, job.hold, \(isOpen)
        FROM job CROSS JOIN hold ON hold.id = job.hold CROSS JOIN subject ON subject.id = hold.subject
        WHERE \(place) AND job.provider = ?1 AND (NOT ?4 OR \(isOpen))
            AND (?3 = '' OR subject.account = ?3
                OR substr(subject.account, 1, length(?3) + 1) = ?3 || '/')
        ORDER BY job.id \(order) LIMIT ?5
        """
    }
}
