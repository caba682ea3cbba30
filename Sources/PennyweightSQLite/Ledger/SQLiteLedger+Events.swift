internal import PennyweightLedger

/// Who tells the events of budgets: the opening that made them, and after its end whoever looks first.
extension SQLiteLedger {
    /// The events that this opening is to tell; a ledger that is opened for reading shows all.
    func untoldEvents(limit: Int) async throws -> [BudgetEvent] {
        guard let pen else { return try read { try LedgerReading(connection: $0).events(limit: limit) } }
        let others = try read { connection in
            try connection.statement(LedgerSchema.otherTellers).all([.of(pen.epoch)]) { try $0.integer() }
        }
        let dead = others.filter { $0 == 0 || !pen.lock.isAlive($0) }
        if !dead.isEmpty {
            // Writing is exclusive among processes: of two that look at once, one takes an event.
            try await write { connection in
                for epoch in dead {
                    _ = try connection.statement(LedgerSchema.takeEvents).run(.of(pen.epoch), .of(epoch))
                }
            }
        }
        return try read { try LedgerReading(connection: $0).events(limit: limit, epoch: pen.epoch) }
    }
}
