internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

/// What the checks of budgets are made of.
extension LedgerContract {
    /// A hold that budgets count, as the stage `Metering` makes it.
    func draw(
        _ budgets: [Budget], account: String = "default", key: String? = nil, user: String? = nil,
        bound: Int64?, after delay: Duration = .zero
    ) -> Hold {
        let hold = make.hold(after: delay)
        var subject = hold.subject
        subject.account = account
        subject.key = key
        subject.user = user
        return Hold(
            id: hold.id, callID: hold.callID, attempt: 1, subject: subject,
            upperBound: bound.map(Money.init(picos:)),
            claims: budgets.compactMap { $0.claim(on: subject, at: hold.openedAt) },
            openedAt: hold.openedAt, expiresAt: hold.expiresAt)
    }

    /// The claim of a budget over all accounts, at some time after the start.
    func claim(_ budget: Budget, after delay: Duration) -> BudgetClaim {
        let subject = make.hold().subject
        return BudgetClaim(
            budget: budget, counted: budget.scope.counted(for: subject) ?? budget.scope,
            openedAt: make.start + delay)
    }

    /// What a budget over all accounts, or over each, has at some time after the start.
    func balance(_ budget: Budget, _ ledger: any Ledger, after delay: Duration = .zero) async throws
        -> Balance
    {
        let balances = try await ledger.balances(of: [claim(budget, after: delay)])
        guard let balance = balances.first else {
            throw ContractViolation("a ledger tells the balance of each claim: it told none.")
        }
        return balance
    }

    func isReserved(_ hold: Hold, in ledger: any Ledger) async -> Bool {
        await refusal(hold, in: ledger) == nil
    }

    /// Why a budget refuses a hold; nil if the hold was written.
    func refusal(_ hold: Hold, in ledger: any Ledger) async -> String? {
        do {
            try await ledger.reserve(hold)
            return nil
        } catch {
            guard let failure = error as? Failure, failure.code == .overBudget else {
                return "not refused, but failed: \(error)"
            }
            return failure.message
        }
    }

    /// How many of the holds were written, all of them reserved at once.
    func reserved(_ holds: [Hold], in ledger: any Ledger) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for hold in holds {
                group.addTask { await self.isReserved(hold, in: ledger) }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
