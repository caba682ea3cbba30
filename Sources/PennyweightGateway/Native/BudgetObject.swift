internal import PennyweightJSON
internal import PennyweightLedger

/// A budget as the native API shows it, with what its counter for one caller has settled and holds.
enum BudgetObject {
    /// A budget and the balance of its counter; nil where the budget has a counter for each of something
    /// that the request doesn't name.
    typealias Standing = (budget: Budget, claim: BudgetClaim?, balance: Balance?)

    static func json(_ standing: Standing) -> JSONValue {
        let (budget, claim, balance) = standing
        let scope = claim?.counted ?? budget.scope
        return .object([
            .init("object", .text("budget")),
            .init("id", .text(budget.name)),
            .init("counts", .text(scope.text)),
            .init("account", .of(scope.account.isEmpty ? nil : scope.account)),
            .init("key_id", .of(scope.key)),
            .init("user", .of(scope.user)),
            .init("model", .of(scope.model)),
            .init("tag", .of(scope.tag.map { "\($0.name)=\($0.value)" })),
            .init("each", .of(budget.scope.each?.rawValue)),
            .init("period", .text(budget.period.text)),
            .init("hard", .bool(budget.isHard)),
            .init("thresholds", .array(budget.thresholds.map { .integer($0) })),
            .init("currency", .text("usd")),
            .init("limit_usd", .text(budget.limit.text)),
            .init("settled_usd", .of(balance?.settled.text)),
            .init("held_usd", .of(balance?.held.text)),
            .init("remaining_usd", .of(balance.map { remaining(of: budget, $0).text })),
            .init("resets_at", .of(claim?.window.end)),
        ])
    }

    /// What may still be held within the limit; nothing if it is passed.
    static func remaining(of budget: Budget, _ balance: Balance) -> MoneyTotal {
        let rest = budget.limit.total.picos - balance.settled.picos - balance.held.picos
        return MoneyTotal(picos: max(0, rest))
    }
}

/// What a caller has left, in Lumenfall's shape.
enum BalanceObject {
    /// The tightest of the hard budgets: nil if there is none, so that nothing bounds spending.
    static func json(_ tightest: BudgetObject.Standing?) -> JSONValue {
        let left = tightest.flatMap { standing in
            standing.balance.map { BudgetObject.remaining(of: standing.budget, $0) }
        }
        return .object([
            .init("object", .text("balance")),
            .init("billing_type", .text(left == nil ? "postpaid" : "prepaid")),
            .init(
                "available",
                .object([
                    .init("amount", left.map { .number($0.text) } ?? .null),
                    .init("amount_usd", .of(left?.text)),
                    .init("currency", .text("usd")),
                ])),
            .init("budget", .of(tightest?.budget.name)),
            .init("limit_usd", .of(tightest?.budget.limit.text)),
            .init("settled_usd", .of(tightest?.balance?.settled.text)),
            .init("held_usd", .of(tightest?.balance?.held.text)),
            .init("resets_at", .of(tightest?.claim?.window.end)),
        ])
    }
}

extension Money {
    fileprivate var total: MoneyTotal { MoneyTotal(self) }
}
