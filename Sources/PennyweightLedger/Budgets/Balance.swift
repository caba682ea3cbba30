/// What one account has spent and holds, and whether a further hold keeps within a limit. Pure: it knows no
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

    /// Why a hold must be refused; nil if settled plus held, this hold included, stays within its limit.
    ///
    /// A hold without a limit is never refused; one with a limit but without a bound always is.
    public func refusal(of hold: Hold) -> String? {
        guard let limit = hold.limit else { return nil }
        let account =
            "The budget of account '\(hold.subject.account)' is \(limit): \(settled) is settled, "
            + "\(held) is held"
        guard let bound = hold.upperBound else {
            return
                "\(account), and the most that this call can cost is not known. Ask a model that has a "
                + "price, and bound what it generates (max_completion_tokens)."
        }
        guard settled + held + MoneyTotal(bound) > MoneyTotal(limit) else { return nil }
        return
            "\(account), and this call can cost up to \(bound). Lower max_completion_tokens or n, or "
            + "raise the budget."
    }

    /// What a line adds to `settled`, given what was held for it.
    public static func charge(for cost: Cost, held bound: Money?) -> MoneyTotal {
        MoneyTotal(cost.upperBound ?? bound ?? .zero)
    }
}
