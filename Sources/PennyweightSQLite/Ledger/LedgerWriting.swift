internal import PennyweightLedger
internal import PennyweightPipeline

/// The writes of a ledger, each inside a transaction that the caller holds.
struct LedgerWriting {
    let connection: Connection

    /// Writes a hold; does nothing if it is there. Throws a `Failure` `overBudget` if its limit forbids it.
    func reserve(_ hold: Hold, epoch: Int64) throws {
        let subject = hold.subject
        if hold.limit != nil {
            let find = try connection.statement(LedgerSchema.findHold)
            let isThere = try find.first(.of(hold.id)) { try $0.integer() } != nil
            if !isThere, let reason = try balance(of: subject.account).refusal(of: hold) {
                throw Failure(.overBudget, reason, wasNeverSent: true)
            }
        }
        let insert = try connection.statement(LedgerSchema.insertHold)
        let inserted = try insert.first(
            .of(hold.id), .of(hold.callID), .of(hold.attempt), .of(epoch), .of(subject.account),
            .of(subject.key), .of(subject.provider), .of(subject.model), .of(subject.route),
            .of(hold.upperBound), .of(hold.limit), .of(hold.openedAt), .of(hold.expiresAt)
        ) { try $0.integer() }
        guard let row = inserted else { return }
        try insertTags(subject.tags, LedgerSchema.insertHoldTag, owner: row)
        try connection.statement(LedgerSchema.insertOpenHold).run(.of(row))
    }

    /// Writes the line of a hold; false if it has one.
    func settle(_ settlement: Settlement) throws -> Bool {
        let find = try connection.statement(LedgerSchema.findHold)
        guard let hold = try find.first(.of(settlement.holdID), read: { try $0.integer() }) else {
            throw StorageProblem(
                .unexpectedRow,
                "There is no hold \(settlement.holdID) in '\(connection.path)': reserve before settling.")
        }
        return try close(hold, with: settlement)
    }

    /// Writes the line of the hold in this row; false if it has one.
    func close(_ hold: Int64, with settlement: Settlement) throws -> Bool {
        let values: [SQLValue] =
            [.text(settlement.outcome.rawValue)] + settlement.cost.columns
            + [
                .of(settlement.executedModel), .of(settlement.priceVersion), .of(settlement.status),
                .of(settlement.firstByteAt), .of(settlement.settledAt),
            ] + usageColumns(settlement.usage) + [.of(hold)]
        guard let line = try insert(LedgerSchema.insertAttempt, values) else { return false }
        try connection.statement(LedgerSchema.deleteOpenHold).run(.of(hold))
        for (position, item) in settlement.items.enumerated() {
            try connection.statement(LedgerSchema.insertItem).run(
                .of(line), .of(position), .of(item.unit.rawValue), .of(item.variant), .of(item.count),
                .of(item.unitPrice), .of(item.amount))
        }
        try insertMeters(settlement.usage, line: line)
        try addToTotal(of: hold, settlement.cost)
        return true
    }

    /// What the account has settled and holds right now.
    private func balance(of account: String) throws -> Balance {
        let held = try connection.statement(LedgerSchema.heldTotal).first(.of(account)) { try $0.splitSum() }
        return Balance(settled: try settled(by: account), held: MoneyTotal(picos: held ?? 0))
    }

    private func settled(by account: String) throws -> MoneyTotal {
        let find = try connection.statement(LedgerSchema.settledTotal)
        return MoneyTotal(picos: try find.first(.of(account)) { try $0.splitSum() } ?? 0)
    }

    private func addToTotal(of hold: Int64, _ cost: Cost) throws {
        let find = try connection.statement(LedgerSchema.accountOfHold)
        let found = try find.first(.of(hold)) { (account: try $0.text(), bound: $0.optionalMoney()) }
        guard let found else { return }
        let total = try settled(by: found.account) + Balance.charge(for: cost, held: found.bound)
        try connection.statement(LedgerSchema.setSettledTotal).run(
            .of(found.account), .of(Int64(total.picos >> 32)), .of(Int64(total.picos & 0xFFFF_FFFF)))
    }

    /// Writes the line of a call that needed no attempt.
    func record(_ saving: Saving) throws {
        let subject = saving.subject
        let values: [SQLValue] =
            [
                .of(saving.callID), .of(saving.at), .of(subject.account), .of(subject.key),
                .of(subject.provider),
                .of(subject.model), .of(subject.route), .of(saving.source.rawValue),
            ] + saving.avoided.columns + Cost.nothing.columns
            + [.of(saving.executedModel), .null, .null, .null, .of(saving.at)] + usageColumns(saving.usage)
        guard let line = try insert(LedgerSchema.insertSaving, values) else { return }
        try insertTags(subject.tags, LedgerSchema.insertLineTag, owner: line)
        try insertMeters(saving.usage, line: line)
    }

    /// Runs an insert that returns its row; nil if nothing was inserted.
    private func insert(_ sql: String, _ values: [SQLValue]) throws -> Int64? {
        try connection.statement(sql).first(values) { try $0.integer() }
    }

    private func insertTags(_ tags: [String: String], _ sql: String, owner: Int64) throws {
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
            try connection.statement(sql).run(.of(owner), .of(name), .of(value))
        }
    }

    private func insertMeters(_ usage: Usage?, line: Int64) throws {
        for (position, meter) in (usage?.meters ?? []).enumerated() {
            try connection.statement(LedgerSchema.insertMeter).run(
                .of(line), .of(position), .of(meter.unit.rawValue), .of(meter.variant), .of(meter.count))
        }
    }
}
