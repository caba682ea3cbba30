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
        // A call that is new has no hold yet, so that only a retry has to be looked for. A budget has to be
        // asked before anything is written.
        let isLookedFor = !hold.claims.isEmpty
        if isLookedFor, try isThere(hold) { return nil }
        let counters = LedgerCounters(pen: pen)
        if let reason = try counters.refusal(of: hold) { return reason }
        let subject = try pen.names.subject(hold.subject, executedModel: nil, pen: pen)
        let call = try call(hold.callID, hold.subject, number: subject, at: hold.openedAt)
        if !isLookedFor, !call.isNew, try isThere(hold) { return nil }
        let row = try pen.insert(.hold) { row in
            row.put(hold.id)
            row.put(call.number)
            row.put(hold.attempt)
            row.put(pen.epoch)
            row.put(subject)
            row.put(hold.upperBound)
            row.put(hold.isCapped ? 1 : 0)
            row.put(hold.queued.nanoseconds)
            row.put(hold.openedAt)
            row.put(hold.expiresAt)
        }
        var open = Binding(pen.insertOpenHold)
        open.put(row)
        open.put(hold.expiresAt.nanoseconds)
        try open.run()
        try counters.hold(hold, row: row)
        pen.openHolds.note(
            HoldToSettle(hold, row: row, call: call.number, subject: subject, tags: call.tags))
        return nil
    }

    private func isThere(_ hold: Hold) throws -> Bool {
        try connection.statement(LedgerSchema.findHold).first([.of(hold.id)]) { try $0.integer() } != nil
    }

    /// Writes the line of a hold; false if it has one.
    func settle(_ settlement: Settlement) throws -> Bool {
        if let known = pen.openHolds.take(settlement.holdID) { return try close(known, with: settlement) }
        let find = try connection.statement(LedgerSchema.holdToSettle + " WHERE hold_id = ?")
        guard let hold = try find.first([.of(settlement.holdID)], read: { try HoldToSettle(&$0) }) else {
            throw StorageProblem(
                .unexpectedRow,
                "There is no hold \(settlement.holdID) in '\(connection.path)': reserve before settling.")
        }
        return try close(hold, with: settlement)
    }

    /// Writes the line of the hold in this row, made by `settlement`; false if it has one.
    func close(row: Int64, with settlement: (HoldToSettle) -> Settlement) throws -> Bool {
        let find = try connection.statement(LedgerSchema.holdToSettle + " WHERE id = ?")
        guard let hold = try find.first([.of(row)], read: { try HoldToSettle(&$0) }) else { return false }
        _ = pen.openHolds.take(hold.id)
        return try close(hold, with: settlement(hold))
    }

    private func close(_ found: HoldToSettle, with settlement: Settlement) throws -> Bool {
        var open = Binding(pen.deleteOpenHold)
        open.put(found.row)
        let isOpen = try open.run() == 1
        guard isOpen else { return false }
        let subject = try pen.names.executed(settlement.executedModel, for: found.subject, pen: pen)
        try insert(settlement, of: found, subject: subject, tags: found.tags ?? tags(of: found.call))
        let charge = Balance.charge(for: settlement.cost, held: found.upperBound)
        try LedgerCounters(pen: pen).settle(found, charge: charge, at: settlement.settledAt)
        return true
    }

    /// Writes the line of a call that needed no attempt.
    func record(_ saving: Saving) throws {
        let asked = try pen.names.subject(saving.subject, executedModel: nil, pen: pen)
        let call = try call(saving.callID, saving.subject, number: asked, at: saving.at)
        let subject = try pen.names.executed(saving.executedModel, for: asked, pen: pen)
        try insert(
            LedgerLine(number: 0, saving), call: call.number, subject: subject,
            tags: call.tags ?? tags(of: call.number), corrects: nil)
    }

    /// Notes that an open hold pays for a job; does nothing if the hold is closed or the job is known.
    func attach(_ job: ProviderJob, to hold: SortableID) throws {
        let isKnown =
            try connection.statement(LedgerSchema.findJob)
            .first([.of(job.provider), .of(job.id)]) { try $0.integer() } != nil
        let row = try connection.statement(LedgerSchema.openHoldID).first([.of(hold)]) { try $0.integer() }
        guard !isKnown, let row else { return }
        _ = try pen.insert(.job) { new in
            new.put(job.provider)
            new.put(job.id)
            new.put(row)
        }
    }

    func renew(_ holds: [SortableID], until expiry: Timestamp) throws {
        for hold in holds {
            try connection.statement(LedgerSchema.renewHold).run(.of(hold), .of(expiry))
        }
    }

    private struct Call {
        let number: Int64
        let isNew: Bool
        /// Nil if they have to be looked up.
        let tags: [Int64]?
    }

    /// A call; writes it if it is new.
    private func call(_ id: SortableID, _ subject: Subject, number: Int64, at time: Timestamp) throws -> Call
    {
        let written = try pen.insertIfNew(.call) { row in
            row.put(id)
            row.put(time)
            row.put(number)
            row.put(subject.user)
        }
        guard let written else {
            let find = try connection.statement(LedgerSchema.findCall)
            let known = try find.first([.of(id)]) { try $0.integer() }
            return Call(number: known ?? 0, isNew: false, tags: nil)
        }
        let tags = try pen.names.tags(subject.tags, pen: pen)
        for tag in tags {
            try pen.insertPart(.callTag) { row in
                row.put(written)
                row.put(tag)
            }
        }
        return Call(number: written, isNew: true, tags: tags)
    }

    private func tags(of call: Int64) throws -> [Int64] {
        try connection.statement(LedgerSchema.tagsOfCall).all(.of(call)) { try $0.integer() }
    }
}
