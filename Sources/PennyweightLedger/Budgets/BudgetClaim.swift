public import PennyweightTime

/// One budget's counter that an attempt draws on.
public struct BudgetClaim: Sendable, Hashable {
    public let budget: Budget
    /// The scope of the counter: `each` is resolved.
    public let counted: BudgetScope
    /// When the attempt was opened: it decides the period that it counts in.
    public let openedAt: Timestamp

    public init(budget: Budget, counted: BudgetScope, openedAt: Timestamp) {
        self.budget = budget
        self.counted = counted
        self.openedAt = openedAt
    }

    /// The time that counts for the attempt.
    public var window: BudgetWindow { budget.period.window(at: openedAt) }

    /// The part of the counter that the attempt is held and settled in.
    public var bucket: Timestamp? { budget.period.bucket(at: openedAt) }

    /// The time in which each kind of ``BudgetEvent`` is made at most once.
    public var occasion: Timestamp? { budget.period.occasion(at: openedAt) }

    /// Identifies the counter in a ledger, whatever its names hold. A budget whose scope or period changes
    /// gets another one, which begins with what the ledger's lines say; a budget whose limit changes keeps
    /// its counter.
    public var counter: String {
        ([budget.name, budget.period.text].map(Optional.some) + counted.conditions)
            .map { $0.map { "\($0.utf8.count):\($0)" } ?? "-" }
            .joined(separator: "|")
    }
}
