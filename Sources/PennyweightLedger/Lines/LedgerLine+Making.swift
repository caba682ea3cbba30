internal import PennyweightTime

extension LedgerLine {
    /// The line that a settlement makes of a hold.
    public init(number: Int64, _ hold: Hold, _ settlement: Settlement) {
        self.init(
            number: number,
            kind: .attempt(holdID: hold.id, number: hold.attempt, outcome: settlement.outcome),
            callID: hold.callID, at: hold.openedAt, subject: hold.subject, cost: settlement.cost,
            held: hold.upperBound, items: settlement.items, usage: settlement.usage,
            executedModel: settlement.executedModel, priceVersion: settlement.priceVersion,
            status: settlement.status, queued: hold.queued, firstByteAt: settlement.firstByteAt,
            firstTokenAt: settlement.firstTokenAt, characters: settlement.characters,
            settledAt: settlement.settledAt)
    }

    /// The line of an answer that needed no attempt.
    public init(number: Int64, _ saving: Saving) {
        self.init(
            number: number, kind: .saving(source: saving.source, avoided: saving.avoided),
            callID: saving.callID, at: saving.at, subject: saving.subject, cost: .nothing,
            usage: saving.usage, executedModel: saving.executedModel,
            settledAt: saving.at + (saving.duration ?? .zero))
    }
}
