internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

extension NativeAPI {
    /// The most calls that a page by status looks at: how a call stands is no column, it is worked out.
    private static let statusReach = 1_000

    /// Answers with a page of calls, and with what they cost together if `summary=true` asks for it.
    func requests(_ request: NativeRequest) async throws -> JSONValue {
        var query = CallQuery()
        query.account = request.account
        query.key = request.query["key_id"]
        query.createdAfter = try request.time("created_after")
        query.createdBefore = try request.time("created_before")
        query.limit = try request.limit()
        let cursors = try request.cursors()
        query.startingAfter = try id(cursors.after, "starting_after")
        query.endingBefore = try id(cursors.before, "ending_before")
        let status = request.query["status"]
        if let status, !CallEnding.statuses.contains(status) {
            throw NativeRequest.noChoice("status", of: CallEnding.statuses)
        }
        let page = try await calls(query, status: status)
        let ids = page.calls.map(\.id.description)
        let place = PageObject.Place(
            first: ids.first, last: ids.last, edge: page.edge?.description, hasMore: page.hasMore)
        var list = try PageObject.json(page.calls.map(RequestObject.json), place, request)
        if request.query["summary"] == "true" {
            guard status == nil else {
                throw Refusal.wrong("summary", "'summary' can't be had by 'status'; leave one of them out.")
            }
            list["summary"] = try await summary(query)
        }
        return list
    }

    /// One call; throws a ``Refusal`` if there is none, or it isn't the caller's to see.
    func request(_ text: String, _ request: NativeRequest) async throws -> JSONValue {
        guard let id = SortableID(text), let record = try await stores.calls.call(id),
            AccountPath.isCovered(record.subject.account, by: request.account)
        else {
            throw Refusal.absent(
                "There is no request '\(text)' in the ledger; give the 'x-request-id' of an answer.")
        }
        return RequestObject.json(record)
    }

    /// A page of calls that stand in one way; of all without a status.
    private func calls(_ query: CallQuery, status: String?) async throws -> CallPage {
        guard let status else { return try await stores.calls.calls(query) }
        let isBackward = query.endingBefore != nil
        var found: [CallRecord] = []
        var next = query
        next.limit = 100
        for _ in 0..<(NativeAPI.statusReach / next.limit) {
            try Task.checkCancellation()
            let page = try await stores.calls.calls(next)
            let inOrder = isBackward ? page.calls.reversed() : page.calls
            for call in inOrder where CallEnding(call).status == status {
                if found.count == query.limit { return assembled(found, true, found.last?.id, isBackward) }
                found.append(call)
            }
            guard page.hasMore, let edge = page.edge else {
                return assembled(found, false, page.edge, isBackward)
            }
            if isBackward { next.endingBefore = edge } else { next.startingAfter = edge }
        }
        return assembled(found, true, isBackward ? next.endingBefore : next.startingAfter, isBackward)
    }

    private func assembled(
        _ found: [CallRecord], _ hasMore: Bool, _ edge: SortableID?, _ isBackward: Bool
    ) -> CallPage {
        CallPage(calls: isBackward ? found.reversed() : found, hasMore: hasMore, edge: edge)
    }

    /// What the calls of a query cost together, by whole hours: from the totals, not from the calls.
    private func summary(_ query: CallQuery) async throws -> JSONValue {
        var report = ReportQuery(by: .key, since: query.createdAfter, until: query.createdBefore)
        report.account = query.account
        let result = try await stores.ledger.report(report)
        let totals =
            query.key.map { key in result.rows.first { $0.group == [key] }?.totals ?? Totals() }
            ?? result.total
        return .object(
            [.init("count", .integer(totals.calls)), .init("total_cost", .number(totals.charged.text))]
                + [.init("total_cost_usd", .text(totals.charged.text)), .init("currency", .text("usd"))]
                + UsageObject.members(of: totals).filter {
                    $0.name != "latency_ms" && $0.name != "first_token_ms"
                }
        )
    }

    private func id(_ text: String?, _ name: String) throws -> SortableID? {
        guard let text else { return nil }
        guard let id = SortableID(text) else {
            throw Refusal.wrong(name, "'\(name)' must be the id of a request.")
        }
        return id
    }
}
