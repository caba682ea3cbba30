public import PennyweightTime

/// An amount that the attempts in a scope may cost together within a period.
///
/// A hard budget refuses what might exceed it, before anything is sent: settled plus held stays within the
/// limit, always. A soft one only tells. Both tell when what is settled passes a threshold.
public struct Budget: Sendable, Hashable {
    /// Unique; shown in refusals and events.
    public var name: String
    public var scope: BudgetScope
    public var limit: Money
    public var period: BudgetPeriod
    public var isHard: Bool
    /// Percentages of the limit that are told once a period each, when settled spending reaches them.
    public var thresholds: [Int]

    public init(
        name: String, scope: BudgetScope = BudgetScope(), limit: Money, period: BudgetPeriod = .none,
        isHard: Bool = true, thresholds: [Int] = [50, 80, 100]
    ) {
        self.name = name
        self.scope = scope
        self.limit = limit
        self.period = period
        self.isHard = isHard
        self.thresholds = thresholds
    }

    /// What this budget says about a subject's attempt at a time; nil if it doesn't count it.
    public func claim(on subject: Subject, at time: Timestamp) -> BudgetClaim? {
        scope.counted(for: subject).map { counted in
            BudgetClaim(budget: self, counted: counted, openedAt: time)
        }
    }
}
