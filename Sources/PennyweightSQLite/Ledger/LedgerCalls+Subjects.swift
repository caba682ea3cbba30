internal import PennyweightLedger
internal import PennyweightTime

/// Pages of calls with an account or a key: a stretch of the index on subject and id for each subject that is
/// wanted, merged. Calls of others are never looked at.
extension LedgerCalls {
    /// Beyond so many subjects a page looks at the newest calls of all instead: who wants that many is wanted
    /// often.
    static let subjectLimit = 2_000

    private static let subjects =
        """
        SELECT id FROM subject
        WHERE executed_model IS NULL AND (?2 IS NULL OR key = ?2)
            AND (?1 = '' OR account = ?1 OR account > ?1 || '/' AND account < ?1 || '0')
        LIMIT ?3
        """
    private static func stretch(_ order: String) -> String {
        """
        SELECT call_id, at FROM call INDEXED BY call_subject
        WHERE subject = ? AND call_id > ? AND call_id < ? ORDER BY call_id \(order) LIMIT ?
        """
    }
    static let older = stretch("DESC")
    static let newer = stretch("ASC")

    /// A call, by what a page is put in order with.
    private struct Candidate {
        let id: SortableID
        let at: Timestamp
    }

    /// The page; nil if the query wants all subjects, or too many.
    func pageOfSubjects(_ query: CallQuery) throws -> CallPage? {
        guard !query.account.isEmpty || query.key != nil else { return nil }
        let subjects = try connection.statement(LedgerCalls.subjects).all([
            .text(query.account), .of(query.key), .of(subjectLimit + 1),
        ]) { try $0.integer() }
        guard subjects.count <= subjectLimit else { return nil }
        var merge = Merge(query: query, range: LedgerCalls.range(of: query))
        merge.reach = max(query.limit + 1, reach / max(1, subjects.count))
        for subject in subjects { try merge.add(subject, connection) }
        return try page(merge.found.map(\.id), hasMore: merge.hasMore, edge: merge.edge, merge.isBackward)
    }

    private func page(
        _ ids: [SortableID], hasMore: Bool, edge: SortableID?, _ isBackward: Bool
    ) throws -> CallPage {
        let calls = try (isBackward ? ids.reversed() : ids).compactMap { try call($0) }
        return CallPage(calls: calls, hasMore: hasMore, edge: edge)
    }

    /// The first calls of several subjects, in the direction of the query.
    private struct Merge {
        let query: CallQuery
        /// The ids that still count, both ends exclusive; narrower with every subject that is added.
        var range: (above: [UInt8], below: [UInt8])
        /// The most calls that are looked at of one subject.
        var reach = CallQuery.reach
        /// One more than the page holds, if there are so many.
        private var nearest: [Candidate] = []
        /// Beyond it not all of a subject was looked at.
        private var boundary: SortableID?

        init(query: CallQuery, range: (above: [UInt8], below: [UInt8])) {
            self.query = query
            self.range = range
        }

        var isBackward: Bool { query.endingBefore != nil }
        var found: ArraySlice<Candidate> { nearest.prefix(query.limit) }
        var hasMore: Bool { nearest.count > query.limit || boundary != nil }
        var edge: SortableID? {
            nearest.count > query.limit ? found.last?.id : boundary ?? nearest.last?.id
        }

        mutating func add(_ subject: Int64, _ connection: Connection) throws {
            let sql = isBackward ? LedgerCalls.newer : LedgerCalls.older
            var rest = range
            var (looked, taken, count) = (0, 0, query.limit + 1)
            while true {
                let batch = try connection.statement(sql).all([
                    .of(subject), .bytes(rest.above), .bytes(rest.below), .of(count),
                ]) { Candidate(id: try $0.id(), at: try $0.timestamp()) }
                let wanted = batch.filter { query.covers(at: $0.at) }
                nearest += wanted
                (looked, taken) = (looked + batch.count, taken + wanted.count)
                guard batch.count == count, taken <= query.limit, let last = batch.last else { break }
                if looked >= reach {
                    boundary = last.id
                    narrow(to: last.id)
                    break
                }
                if isBackward { rest.above = last.id.bytes } else { rest.below = last.id.bytes }
                count = min(count * 8, reach - looked)
            }
            trim()
        }

        /// Keeps what may stand on the page; from now on only what is nearer than the last of it is wanted.
        private mutating func trim() {
            let isBackward = isBackward
            if let boundary {
                nearest.removeAll { isBackward ? $0.id > boundary : $0.id < boundary }
            }
            nearest.sort { isBackward ? $0.id < $1.id : $0.id > $1.id }
            guard nearest.count > query.limit else { return }
            nearest.removeLast(nearest.count - query.limit - 1)
            if let last = nearest.last { narrow(to: last.id) }
        }

        private mutating func narrow(to id: SortableID) {
            if isBackward { range.below = id.bytes } else { range.above = id.bytes }
        }
    }
}
