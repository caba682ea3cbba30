internal import PennyweightTime

/// What one counter has settled and holds, and whether a further hold keeps within a limit. Pure: it knows no
/// store.
public struct Balance: Sendable, Hashable {
    /// Exact lines, and the upper bounds of estimated ones. An unknown line counts as what was held for it.
    public var settled: MoneyTotal
    /// The bounds of the attempts that are open.
    public var held: MoneyTotal

    public init(settled: MoneyTotal = .zero, held: MoneyTotal = .zero) {
        self.settled = settled
        self.held = held
    }

    /// Why an attempt that can cost up to `bound` must be refused; nil if settled plus held, this one
    /// included, stays within the limit, or if the budget is soft.
    ///
    /// Under a hard budget an attempt without a bound is always refused. Names budget, what it counts, limit,
    /// settled, held, needed, and when it begins again.
    public func refusal(of bound: Money?, by claim: BudgetClaim) -> String? {
        let budget = claim.budget
        guard budget.isHard else { return nil }
        let limits = "\(budget.limit)\(Balance.per(budget.period))"
        let standing =
            "The budget '\(budget.name)' of \(claim.counted.text) is \(limits): \(settled) is settled, "
            + "\(held) is held"
        guard let bound else {
            return
                "\(standing), and the most that this call can cost is not known. Ask a model that has a "
                + "price, and bound what it generates (max_completion_tokens).\(Balance.reset(of: claim))"
        }
        let limit = MoneyTotal(budget.limit)
        guard settled + held + MoneyTotal(bound) > limit else { return nil }
        let advice =
            if settled >= limit { "Raise the budget, or wait." } else if MoneyTotal(bound) > limit {
                "Lower max_completion_tokens or n, or raise the budget."
            } else { "Lower max_completion_tokens or n, wait for what is held, or raise the budget." }
        return
            "\(standing), and this call can cost up to \(bound). \(advice)\(Balance.reset(of: claim))"
    }

    /// The thresholds of a budget that what is settled has reached.
    ///
    /// None as long as nothing is: a free call is no spending, whatever the limit.
    public func reached(of budget: Budget) -> [Int] {
        guard settled > .zero else { return [] }
        return budget.thresholds.filter { percent in
            settled.picos * 100 >= Int128(budget.limit.picos) * Int128(percent)
        }
    }

    /// What a line adds to `settled`, given what was held for it.
    public static func charge(for cost: Cost, held bound: Money?) -> MoneyTotal {
        MoneyTotal(cost.upperBound ?? bound ?? .zero)
    }

    private static func reset(of claim: BudgetClaim) -> String {
        if case .rolling = claim.budget.period { return " What is settled leaves it hour by hour." }
        return claim.window.end.map { " It begins again at \($0.text)." } ?? ""
    }

    private static func per(_ period: BudgetPeriod) -> String {
        switch period {
        case .none: ""
        case .day, .week, .month: " a \(period.text)"
        case .rolling(let hours): hours == 1 ? " in 1 hour" : " in \(hours) hours"
        }
    }
}
