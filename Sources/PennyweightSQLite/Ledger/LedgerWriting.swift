internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

/// The writes of a ledger, each inside a transaction that the caller holds.
struct LedgerWriting {
    let pen: LedgerPen

    private var connection: Connection { pen.connection }

    /// Writes a hold; does nothing if it is there. Returns why a budget forbids it, and then writes nothing
    /// but the event.
    func reserve(_ hold: Hold) throws -> String? {
        let find = try connection.statement(LedgerSchema.findHold)
        if try find.first([.of(hold.id)], read: { try $0.integer() }) != nil { return nil }
        let counters = LedgerCounters(pen: pen)
        if let reason = try counters.refusal(of: hold) { return reason }
        let subject = try pen.names.subject(hold.subject, executedModel: nil, pen: pen)
        let call = try call(hold.callID, hold.subject, number: subject, at: hold.openedAt)
        let row = try pen.insert(
            .hold,
            [
                .of(hold.id), .of(call), .of(hold.attempt), .of(pen.epoch), .of(subject),
                .of(hold.upperBound), .of(hold.isCapped ? 1 : 0), .of(hold.queued.nanoseconds),
                .of(hold.openedAt), .of(hold.expiresAt),
            ])
        try connection.statement(LedgerSchema.insertOpenHold).run(.of(row), .of(hold.expiresAt))
        try counters.hold(hold, row: row)
        return nil
    }

    /// Writes the line of a hold; false if it has one.
    func settle(_ settlement: Settlement) throws -> Bool {
        let find = try connection.statement(LedgerSchema.holdToSettle + " WHERE hold.hold_id = ?")
        guard let hold = try find.first([.of(settlement.holdID)], read: { try $0.holdToSettle() }) else {
            throw StorageProblem(
                .unexpectedRow,
                "There is no hold \(settlement.holdID) in '\(connection.path)': reserve before settling.")
        }
        return try close(hold, with: settlement)
    }

    /// Writes the line of the hold in this row, made by `settlement`; false if it has one.
    func close(row: Int64, with settlement: (Hold) -> Settlement) throws -> Bool {
        let find = try connection.statement(LedgerSchema.holdToSettle + " WHERE hold.id = ?")
        guard let hold = try find.first([.of(row)], read: { try $0.holdToSettle() }) else { return false }
        return try close(hold, with: settlement(hold.hold))
    }

    private func close(_ found: HoldToSettle, with settlement: Settlement) throws -> Bool {
        let isOpen = try connection.statement(LedgerSchema.deleteOpenHold).run(.of(found.row)) == 1
        guard isOpen else { return false }
        let line = LedgerLine(number: 0, found.hold, settlement)
        let subject = try pen.names.subject(
            found.hold.subject, executedModel: settlement.executedModel, pen: pen)
        try insert(
            line, hold: found.row, call: found.call, subject: subject, tags: tags(of: found.call),
            corrects: nil)
        let charge = Balance.charge(for: settlement.cost, held: found.hold.upperBound)
        try LedgerCounters(pen: pen).settle(
            found.hold, row: found.row, charge: charge, at: settlement.settledAt)
        return true
    }

    /// Writes the line of a call that needed no attempt.
    func record(_ saving: Saving) throws {
        let asked = try pen.names.subject(saving.subject, executedModel: nil, pen: pen)
        let call = try call(saving.callID, saving.subject, number: asked, at: saving.at)
        let subject = try pen.names.subject(
            saving.subject, executedModel: saving.executedModel, pen: pen)
        try insert(
            LedgerLine(number: 0, saving), hold: nil, call: call, subject: subject, tags: tags(of: call),
            corrects: nil)
    }

    /// Notes that an open hold pays for a job; does nothing if the hold is closed or the job is known.
    func attach(_ job: ProviderJob, to hold: SortableID) throws {
        let isKnown =
            try connection.statement(LedgerSchema.findJob)
            .first([.of(job.provider), .of(job.id)]) { try $0.integer() } != nil
        let row = try connection.statement(LedgerSchema.openHoldID).first([.of(hold)]) { try $0.integer() }
        guard !isKnown, let row else { return }
        _ = try pen.insert(.job, [.of(job.provider), .of(job.id), .of(row)])
    }

    func renew(_ holds: [SortableID], until expiry: Timestamp) throws {
        for hold in holds {
            try connection.statement(LedgerSchema.renewHold).run(.of(hold), .of(expiry))
        }
    }

    /// The number of a call; writes it if it is new.
    private func call(_ id: SortableID, _ subject: Subject, number: Int64, at time: Timestamp) throws -> Int64
    {
        let find = try connection.statement(LedgerSchema.findCall)
        if let known = try find.first([.of(id)], read: { try $0.integer() }) { return known }
        let tags = try pen.names.tags(subject.tags, pen: pen)
        let call = try pen.insert(.call, [.of(id), .of(time), .of(number), .of(subject.user)])
        for tag in tags { try pen.insertPart(.callTag, [.of(call), .of(tag)]) }
        return call
    }

    private func tags(of call: Int64) throws -> [Int64] {
        try connection.statement(LedgerSchema.tagsOfCall).all(.of(call)) { try $0.integer() }
    }

    /// Writes a line with its parts, and adds it to the totals.
    func insert(
        _ line: LedgerLine, hold: Int64?, call: Int64, subject: Int64, tags: [Int64], corrects: Int64?
    ) throws {
        let price = try line.priceVersion.map { try pen.names.text($0, pen: pen) }
        let number = try pen.insert(
            .line,
            [
                .of(line.kindName), .of(hold), .of(call), .of(corrects), .of(line.at), .of(subject),
                .of(line.outcome?.rawValue), .of(line.source?.rawValue),
            ] + line.cost.columns + (line.avoided?.columns ?? Array(repeating: .null, count: 4))
                + [
                    .of(price), .of(line.status), .of(line.firstByteAt), .of(line.firstTokenAt),
                    .of(line.settledAt), .of(line.characters),
                ] + usageColumns(line.usage))
        for (position, item) in line.items.enumerated() {
            try pen.insertPart(
                .lineItem,
                [
                    .of(number), .of(position), .of(item.unit.rawValue), .of(item.variant), .of(item.count),
                    .of(item.unitPrice), .of(item.amount),
                ])
        }
        for (position, meter) in (line.usage?.meters ?? []).enumerated() {
            try pen.insertPart(
                .meter,
                [
                    .of(number), .of(position), .of(meter.unit.rawValue), .of(meter.variant),
                    .of(meter.count),
                ])
        }
        let outcome = ReportQuery.Grouping.outcome.groups(of: line)[0]
        pen.rollups.add(Totals(line), subject: subject, outcome: outcome, tags: tags, at: line.at)
    }
}

/// A hold as settling needs it, with its numbers.
struct HoldToSettle {
    let row: Int64
    let call: Int64
    let hold: Hold
}

extension Row {
    /// Reads the columns of `LedgerSchema.holdToSettle`.
    mutating func holdToSettle() throws -> HoldToSettle {
        let (row, call) = (try integer(), try integer())
        let (attempt, bound, capped) = (try integer(), optionalMoney(), try integer())
        let openedAt = try timestamp()
        let (holdID, callID) = (try id(), try id())
        let subject = Subject(
            account: try text(), key: optionalText(), provider: try text(), model: try text(),
            route: try text())
        return HoldToSettle(
            row: row, call: call,
            hold: Hold(
                id: holdID, callID: callID, attempt: Int(attempt), subject: subject, upperBound: bound,
                isCapped: capped == 1,
                openedAt: openedAt, expiresAt: openedAt))
    }
}

extension LedgerLine {
    /// The text of the column `kind`.
    var kindName: String {
        switch kind {
        case .attempt: "attempt"
        case .saving: "saving"
        case .correction: "correction"
        }
    }

    /// Where an answer without an attempt came from.
    var source: Saving.Source? {
        if case .saving(let source, _) = kind { source } else { nil }
    }
}
