internal import PennyweightLedger
internal import PennyweightTime

/// The reads of a ledger, inside a transaction that the caller holds.
struct LedgerReading {
    let connection: Connection

    func recentLines(limit: Int) throws -> [LedgerLine] {
        try lines(LedgerSchema.recentLines, [.of(max(0, limit))])
    }

    func lines(of callID: SortableID) throws -> [LedgerLine] {
        try lines(LedgerSchema.linesOfCall, [.of(callID)])
    }

    /// The lines after a number, in their order.
    func lines(after number: Int64, limit: Int) throws -> [LedgerLine] {
        try lines(LedgerSchema.linesAfter, [.of(number), .of(limit)])
    }

    /// Runs a query that begins with `LedgerSchema.lines`.
    func lines(_ sql: String, _ values: [SQLValue]) throws -> [LedgerLine] {
        try connection.statement(sql).all(values) { try line(&$0) }
    }

    /// Runs a query that begins with `LedgerSchema.holds`.
    func holds(_ sql: String, _ values: [SQLValue]) throws -> [Hold] {
        try connection.statement(sql).all(values) { try hold(&$0) }
    }

    /// Events that are not confirmed: those that one opening is to tell, or all.
    func events(limit: Int, epoch: Int64? = nil) throws -> [BudgetEvent] {
        try connection.statement(LedgerSchema.openEvents).all([.of(limit), .of(epoch)]) { row in
            let (id, percent) = (try row.id(), try row.integer())
            let (budget, counted) = (try row.text(), try row.text())
            let limit = Money(picos: try row.integer())
            let balance = Balance(
                settled: MoneyTotal(picos: try row.splitSum()), held: MoneyTotal(picos: try row.splitSum()))
            return BudgetEvent(
                id: id, kind: percent < 0 ? .refused : .threshold(percent: Int(percent)), budget: budget,
                counted: counted, limit: limit, balance: balance, resetsAt: row.optionalTimestamp(),
                at: try row.timestamp())
        }
    }

    /// Learns from the latest lines: enough for a ratio, and read in milliseconds.
    func calibrations() throws -> [Calibration] {
        var known: [[String]: Calibration] = [:]
        try connection.statement(LedgerSchema.answersSeen).forEach([.of(LedgerReading.answersLimit)]) { row in
            let (provider, model) = (try row.text(), try row.text())
            var calibration =
                known[[provider, model]] ?? Calibration(provider: provider, model: model)
            calibration.add(characters: try row.integer(), tokens: try row.integer())
            known[[provider, model]] = calibration
        }
        return known.values.sorted { ($0.provider, $0.model) < ($1.provider, $1.model) }
    }

    private static let answersLimit = 20_000

    private func hold(_ row: inout Row) throws -> Hold {
        let (id, callID, call) = (try row.id(), try row.id(), try row.integer())
        let attempt = try row.integer()
        var subject = Subject(
            account: try row.text(), key: row.optionalText(), user: row.optionalText(),
            provider: try row.text(), model: try row.text(), route: try row.text())
        subject.tags = try tags(of: call)
        return Hold(
            id: id, callID: callID, attempt: Int(attempt), subject: subject, upperBound: row.optionalMoney(),
            isCapped: try row.integer() == 1, queued: .nanoseconds(try row.integer()),
            openedAt: try row.timestamp(),
            expiresAt: try row.timestamp())
    }

    private func line(_ row: inout Row) throws -> LedgerLine {
        let number = try row.integer()
        let kind = try row.text()
        let corrects = row.optionalInteger()
        let (callID, call, at) = (try row.id(), try row.integer(), try row.timestamp())
        var subject = Subject(
            account: try row.text(), key: row.optionalText(), user: row.optionalText(),
            provider: try row.text(), model: try row.text(), route: try row.text())
        subject.tags = try tags(of: call)
        let executedModel = row.optionalText()
        let outcome = row.optionalText().flatMap(Outcome.init(rawValue:))
        let source = row.optionalText().flatMap(Saving.Source.init(rawValue:))
        let holdID = row.optionalBytes().flatMap(SortableID.init(bytes:))
        let (attempt, held) = (row.optionalInteger(), row.optionalMoney())
        let queued = row.optionalInteger()
        let avoided = try row.optionalCost()
        let cost = try row.cost()
        let (priceVersion, status) = (row.optionalText(), row.optionalInteger())
        let (firstByteAt, firstTokenAt) = (row.optionalTimestamp(), row.optionalTimestamp())
        let (settledAt, characters) = (try row.timestamp(), row.optionalInteger())
        let usage = try row.usage { try meters(line: number) }
        let resolution = try row.optionalResolution()
        let lineKind: LedgerLine.Kind =
            switch kind {
            case "saving":
                .saving(source: try row.present(source), avoided: try row.present(avoided))
            case "correction": .correction(of: try row.present(corrects))
            default:
                .attempt(
                    holdID: try row.present(holdID), number: Int(try row.present(attempt)),
                    outcome: try row.present(outcome))
            }
        return LedgerLine(
            number: number, kind: lineKind, callID: callID, at: at, subject: subject, cost: cost, held: held,
            items: try items(line: number), usage: usage, executedModel: executedModel,
            priceVersion: priceVersion, status: status.map { Int($0) },
            queued: .nanoseconds(queued ?? 0), firstByteAt: firstByteAt, firstTokenAt: firstTokenAt,
            characters: characters, settledAt: settledAt, resolves: resolution)
    }

    func tags(of call: Int64) throws -> [String: String] {
        let pairs = try connection.statement(LedgerSchema.tagTexts).all([.of(call)]) { row in
            (try row.text(), try row.text())
        }
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
