internal import PennyweightLedger
internal import PennyweightTime

/// The reads of a ledger, inside a transaction that the caller holds.
struct LedgerReading {
    let connection: Connection

    func report(_ query: ReportQuery) throws -> Report {
        let since = query.since?.nanoseconds ?? .min
        let select = try connection.statement(LedgerSchema.report(by: query.grouping))
        let rows = try select.all(.of(since)) { row in
            let group =
                query.grouping == .day
                ? CalendarDay(daysSinceEpoch: try row.integer()).description : try row.text()
            return Report.Row(group: group, totals: try totals(&row))
        }
        let total = try connection.statement(LedgerSchema.total).first(.of(since)) { row in
            _ = try row.text()
            return try totals(&row)
        }
        let openHolds = try connection.statement(LedgerSchema.countOpenHolds).first { try $0.integer() }
        return Report(
            grouping: query.grouping, rows: rows.sorted { isBefore($0, $1, in: query.grouping) },
            total: total ?? Report.Totals(), openHolds: openHolds ?? 0)
    }

    func recentLines(limit: Int) throws -> [LedgerLine] {
        try connection.statement(LedgerSchema.recentLines).all(.of(max(0, limit))) { try line(&$0) }
    }

    func lines(of callID: SortableID) throws -> [LedgerLine] {
        try connection.statement(LedgerSchema.linesOfCall).all(.of(callID)) { try line(&$0) }
    }

    private func isBefore(_ left: Report.Row, _ right: Report.Row, in grouping: ReportQuery.Grouping) -> Bool
    {
        if grouping != .day, left.totals.charged != right.totals.charged {
            return left.totals.charged > right.totals.charged
        }
        return left.group < right.group
    }

    private func totals(_ row: inout Row) throws -> Report.Totals {
        var totals = Report.Totals()
        totals.calls = try row.integer()
        totals.hits = try row.integer()
        totals.unknownCalls = try row.integer()
        totals.input = Int64(clamping: try row.splitSum())
        totals.cachedInput = Int64(clamping: try row.splitSum())
        totals.output = Int64(clamping: try row.splitSum())
        totals.reasoning = Int64(clamping: try row.splitSum())
        totals.charged = MoneyTotal(picos: try row.splitSum())
        totals.avoided = MoneyTotal(picos: try row.splitSum())
        totals.estimatedLower = MoneyTotal(picos: try row.splitSum())
        totals.estimatedUpper = MoneyTotal(picos: try row.splitSum())
        return totals
    }

    private func line(_ row: inout Row) throws -> LedgerLine {
        let id = try row.integer()
        let kind = try row.text()
        let callID = try row.id()
        let at = try row.timestamp()
        var subject = Subject(
            account: try row.text(), key: row.optionalText(), provider: try row.text(), model: try row.text(),
            route: try row.text())
        let outcome = row.optionalText().flatMap(Outcome.init(rawValue:))
        let source = row.optionalText().flatMap(Saving.Source.init(rawValue:))
        let holdID = row.optionalBytes().flatMap(SortableID.init(bytes:))
        let hold = row.optionalInteger()
        let attempt = row.optionalInteger()
        let avoided = try row.optionalCost()
        let cost = try row.cost()
        subject.tags = try tags(hold: hold, line: id)
        let lineKind: LedgerLine.Kind =
            kind == "saving"
            ? .saving(source: try row.present(source), avoided: try row.present(avoided))
            : .attempt(
                holdID: try row.present(holdID), number: Int(try row.present(attempt)),
                outcome: try row.present(outcome))
        let (executedModel, priceVersion) = (row.optionalText(), row.optionalText())
        let (status, firstByteAt) = (row.optionalInteger(), row.optionalTimestamp())
        let settledAt = try row.timestamp()
        return LedgerLine(
            kind: lineKind, callID: callID, at: at, subject: subject, cost: cost, items: try items(line: id),
            usage: try row.usage { try meters(line: id) }, executedModel: executedModel,
            priceVersion: priceVersion, status: status.map { Int($0) }, firstByteAt: firstByteAt,
            settledAt: settledAt)
    }

    private func tags(hold: Int64?, line: Int64) throws -> [String: String] {
        let select = try connection.statement(LedgerSchema.tagsOfLine)
        let pairs = try select.all(.of(hold), .of(line)) { row in (try row.text(), try row.text()) }
        return Dictionary(pairs) { first, _ in first }
    }

    private func items(line: Int64) throws -> [LineItem] {
        try connection.statement(LedgerSchema.itemsOfLine).all(.of(line)) { row in
            try LineItem(
                unit: row.present(Unit(rawValue: row.text())), variant: row.optionalText(),
                count: row.integer(),
                unitPrice: Money(picos: row.integer()))
        }
    }

    private func meters(line: Int64) throws -> [Usage.Meter] {
        try connection.statement(LedgerSchema.metersOfLine).all(.of(line)) { row in
            try Usage.Meter(
                row.present(Unit(rawValue: row.text())), variant: row.optionalText(), count: row.integer())
        }
    }
}
