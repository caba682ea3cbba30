public import PennyweightTime

/// A budget's spending reached a threshold, or the budget refused an attempt. A ledger makes each once a
/// period, whatever happens.
public struct BudgetEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// What is settled reached this percentage of the limit.
        case threshold(percent: Int)
        /// An attempt was refused, the first one in the period.
        case refused
    }

    public let id: SortableID
    public let kind: Kind
    public let budget: String
    /// What the budget's counter counts: `account acme/search`.
    public let counted: String
    public let limit: Money
    public let balance: Balance
    /// When the budget begins again; nil for never.
    public let resetsAt: Timestamp?
    public let at: Timestamp

    public init(
        id: SortableID, kind: Kind, budget: String, counted: String, limit: Money, balance: Balance,
        resetsAt: Timestamp?, at: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.budget = budget
        self.counted = counted
        self.limit = limit
        self.balance = balance
        self.resetsAt = resetsAt
        self.at = at
    }
}
