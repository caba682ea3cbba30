public import PennyweightLedger

extension MemoryLedger: JobLog {
    public func job(_ job: ProviderJob) async throws -> JobRecord? {
        jobRecords.first { $0.job == job }
    }

    public func jobs(_ query: JobQuery) async throws -> [JobRecord] {
        var records = jobRecords.filter { $0.job.provider == query.provider }
        if !query.isOldestFirst { records.reverse() }
        if let after = query.after {
            guard let index = records.firstIndex(where: { $0.job.id == after }) else { return [] }
            records.removeFirst(index + 1)
        }
        return Array(
            records.filter {
                AccountPath.isCovered($0.hold.subject.account, by: query.account)
                    && ($0.isOpen || !query.isOpenOnly)
            }.prefix(max(0, query.limit)))
    }
}
