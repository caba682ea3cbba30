internal import PennyweightLedger
internal import PennyweightTime

/// Looks calls up, inside a transaction that the caller holds. Their ids sort by time, so a page is a stretch
/// of the index on them.
struct LedgerCalls {
    let connection: Connection
    var reach = CallQuery.reach
    var subjectLimit = LedgerCalls.subjectLimit

    private struct Found {
        let row: Int64
        let id: SortableID
        let at: Timestamp
        var subject: Subject
    }

    private static let select =
        """
        SELECT call.id, call.call_id, call.at, account, key, user, provider, model, route
        FROM call CROSS JOIN subject ON subject.id = call.subject
        """
    private static let find = select + " WHERE call.call_id = ?"
    private static let olderOfAll =
        select + " WHERE call.call_id > ? AND call.call_id < ? ORDER BY call.call_id DESC LIMIT ?"
    private static let newerOfAll =
        select + " WHERE call.call_id > ? AND call.call_id < ? ORDER BY call.call_id LIMIT ?"

    static let pages = [olderOfAll, newerOfAll]

    /// How long a call may have waited, or its clock been wrong, between its id and its first row.
    private static let delay = Duration.seconds(86_400)

    func call(_ id: SortableID) throws -> CallRecord? {
        let found = try connection.statement(LedgerCalls.find).first([.of(id)]) { try entry(&$0) }
        return try found.map { try record($0) }
    }

    func page(_ query: CallQuery) throws -> CallPage {
        if let page = try pageOfSubjects(query) { return page }
        let isBackward = query.endingBefore != nil
        var range = LedgerCalls.range(of: query)
        var wanted: [Found] = []
        var edge: SortableID?
        var looked = 0
        // As many as are wanted first; more at once where few of those that are there are.
        var count = query.limit + 1
        while looked < reach {
            count = min(count, reach - looked)
            let sql = isBackward ? LedgerCalls.newerOfAll : LedgerCalls.olderOfAll
            let batch = try connection.statement(sql).all([
                .bytes(range.above), .bytes(range.below), .of(count),
            ]) { try entry(&$0) }
            for call in batch
            where query.covers(account: call.subject.account, key: call.subject.key, at: call.at) {
                if wanted.count == query.limit {
                    return try page(wanted, hasMore: true, edge: wanted.last?.id, isBackward)
                }
                wanted.append(call)
            }
            edge = batch.last?.id ?? edge
            if batch.count < count { return try page(wanted, hasMore: false, edge: edge, isBackward) }
            if isBackward { range.above = edge?.bytes ?? [] } else { range.below = edge?.bytes ?? [] }
            looked += count
            count *= 8
        }
        return try page(wanted, hasMore: true, edge: edge, isBackward)
    }

    private func page(
        _ found: [Found], hasMore: Bool, edge: SortableID?, _ isBackward: Bool
    ) throws -> CallPage {
        let calls = try (isBackward ? found.reversed() : found).map { try record($0) }
        return CallPage(calls: calls, hasMore: hasMore, edge: edge)
    }

    /// The ids between which the calls of a query lie, both exclusive.
    static func range(of query: CallQuery) -> (above: [UInt8], below: [UInt8]) {
        var above = query.endingBefore?.bytes ?? []
        var below = query.startingAfter?.bytes ?? Array(repeating: 0xFF, count: 17)
        if let time = query.createdAfter, let first = start(of: time - delay),
            above.lexicographicallyPrecedes(first)
        {
            above = first
        }
        if let time = query.createdBefore, let last = start(of: time + delay),
            last.lexicographicallyPrecedes(below)
        {
            below = last
        }
        return (above, below)
    }

    /// The first 48 bits of ids that are made at a time; nil before 1970.
    private static func start(of time: Timestamp) -> [UInt8]? {
        guard time.milliseconds >= 0 else { return nil }
        return (0..<6).map { UInt8(truncatingIfNeeded: time.milliseconds >> (40 - 8 * Int64($0))) }
    }

    private func entry(_ row: inout Row) throws -> Found {
        let (number, id, at) = (try row.integer(), try row.id(), try row.timestamp())
        let subject = Subject(
            account: try row.text(), key: row.optionalText(), user: row.optionalText(),
            provider: try row.text(), model: try row.text(), route: try row.text())
        return Found(row: number, id: id, at: at, subject: subject)
    }

    private func origin(of call: SortableID) throws -> CallOrigin? {
        try connection.statement(LedgerSchema.originOfCall).first([.of(call)]) { row in
            CallOrigin(callID: call, session: row.optionalText(), trace: row.optionalText())
        }
    }

    private func record(_ found: Found) throws -> CallRecord {
        let reading = LedgerReading(connection: connection)
        var subject = found.subject
        subject.tags = try reading.tags(of: found.row)
        return CallRecord(
            id: found.id, at: found.at, subject: subject, lines: try reading.lines(of: found.id),
            open: try reading.holds(LedgerSchema.openHoldsOfCall, [.of(found.row)]),
            origin: try origin(of: found.id))
    }
}
