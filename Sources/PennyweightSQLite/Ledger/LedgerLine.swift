public import PennyweightLedger
public import PennyweightTime

/// One line of a ledger, as it is read back: an attempt that was settled, or a call that needed none.
public struct LedgerLine: Sendable, Hashable {
    /// What the line stands for.
    public enum Kind: Sendable, Hashable {
        /// The attempt of this number (1 is the call's first), and how it ended.
        case attempt(holdID: SortableID, number: Int, outcome: Outcome)
        /// A call that was answered without an attempt, and what the original answer had cost.
        case saving(source: Saving.Source, avoided: Cost)
    }

    public let kind: Kind
    public let callID: SortableID
    /// When the attempt was opened, or the call was answered.
    public let at: Timestamp
    public let subject: Subject
    /// What it cost; nothing for a saving.
    public let cost: Cost
    public let items: [LineItem]
    public let usage: Usage?
    public let executedModel: String?
    public let priceVersion: String?
    public let status: Int?
    public let firstByteAt: Timestamp?
    public let settledAt: Timestamp

    /// What a hit did not cost again; nil for an attempt.
    public var avoided: Cost? {
        if case .saving(_, let avoided) = kind { avoided } else { nil }
    }

    /// How an attempt ended; nil for a saving.
    public var outcome: Outcome? {
        if case .attempt(_, _, let outcome) = kind { outcome } else { nil }
    }
}
