public import PennyweightTime

/// One line of a ledger, as it is read back: an attempt that was settled, a call that needed none, or a
/// correction of an earlier line.
public struct LedgerLine: Sendable, Hashable {
    /// What the line stands for.
    public enum Kind: Sendable, Hashable {
        /// The attempt of this number (1 is the call's first), and how it ended.
        case attempt(holdID: SortableID, number: Int, outcome: Outcome)
        /// A call that was answered without an attempt, and what the original answer had cost.
        case saving(source: Saving.Source, avoided: Cost)
        /// What the line with this number cost more or less than it says, by other prices.
        case correction(of: Int64)
    }

    /// The attempt of unknown cost that a correction gives its cost to.
    public struct Resolution: Sendable, Hashable {
        public let outcome: Outcome
        /// What was held for it, which budgets charged so far.
        public let held: Money?

        public init(outcome: Outcome, held: Money?) {
            self.outcome = outcome
            self.held = held
        }
    }

    /// Its place in the ledger: lines are numbered in the order in which they were written, without gaps.
    public let number: Int64
    public let kind: Kind
    public let callID: SortableID
    /// When the attempt was opened, or the call was answered.
    public let at: Timestamp
    public let subject: Subject
    /// What it cost; nothing for a saving, the difference for a correction.
    public let cost: Cost
    /// What was held for it; nil if it had no bound, or needed none.
    public let held: Money?
    public let items: [LineItem]
    public let usage: Usage?
    public let executedModel: String?
    public let priceVersion: String?
    public let status: Int?
    /// How long the attempt waited before it was opened.
    public let queued: Duration
    public let firstByteAt: Timestamp?
    public let firstTokenAt: Timestamp?
    public let characters: Int64?
    public let settledAt: Timestamp
    /// Nil unless it is the first correction of an attempt of unknown cost: from it on, that is known.
    public let resolves: Resolution?

    public init(
        number: Int64, kind: Kind, callID: SortableID, at: Timestamp, subject: Subject, cost: Cost,
        held: Money? = nil, items: [LineItem] = [], usage: Usage? = nil, executedModel: String? = nil,
        priceVersion: String? = nil, status: Int? = nil, queued: Duration = .zero,
        firstByteAt: Timestamp? = nil, firstTokenAt: Timestamp? = nil, characters: Int64? = nil,
        settledAt: Timestamp, resolves: Resolution? = nil
    ) {
        self.number = number
        self.kind = kind
        self.callID = callID
        self.at = at
        self.subject = subject
        self.cost = cost
        self.held = held
        self.items = items
        self.usage = usage
        self.executedModel = executedModel
        self.priceVersion = priceVersion
        self.status = status
        self.queued = queued
        self.firstByteAt = firstByteAt
        self.firstTokenAt = firstTokenAt
        self.characters = characters
        self.settledAt = settledAt
        self.resolves = resolves
    }

    /// What a hit did not cost again; nil for an attempt.
    public var avoided: Cost? {
        if case .saving(_, let avoided) = kind { avoided } else { nil }
    }

    /// The number of the line that this one corrects; nil if it is no correction.
    public var correctedNumber: Int64? {
        if case .correction(let number) = kind { number } else { nil }
    }

    /// How an attempt ended; nil for a saving.
    public var outcome: Outcome? {
        if case .attempt(_, _, let outcome) = kind { outcome } else { nil }
    }
}
