internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

extension LedgerContract {
    /// Every promise about budgets, each against an empty ledger.
    func checkBudgets(_ make: @Sendable () async throws -> any Ledger) async throws {
        try await keepsWithinALimit(make())
        try await keepsATreeWithinItsLimits(make())
        try await holdsAllOrNothing(make())
        try await countsWhatIsSettled(make())
        try await countsWhatIsSwept(make())
        try await neverRefusesSoftly(make())
        for division in BudgetScope.Division.allCases { try await limitsWhoIsNew(make(), division) }
        try await beginsWithTheLines(make())
        for period in [BudgetPeriod.day, .week, .month] { try await beginsAgain(make(), period) }
        try await neverBeginsAgain(make())
        try await rollsHourByHour(make())
        try await countsInItsOwnDay(make())
        try await tellsThresholdsOnce(make())
        try await tellsRefusalsOnce(make())
        try await tellsEachRefusal(make())
        try await confirmsEvents(make())
    }

    /// Two of three budgets refuse: the caller hears the first, and each of the two tells it.
    private func tellsEachRefusal(_ ledger: any Ledger) async throws {
        let budgets = [("first", 5), ("roomy", 100), ("third", 7)].map {
            Budget(name: $0.0, limit: Money(picos: Int64($0.1)))
        }
        let refusal = await refusal(draw(budgets, bound: 10), in: ledger)
        try require(refusal?.contains("'first'"), is: true, "the first budget that refuses is named")
        let events = try await ledger.events(limit: 10)
        try require(
            events.map(\.budget).sorted(), is: ["first", "third"], "each budget that refuses tells it")
        try require(Set(events.map(\.id)).count, is: 2, "each event has an identifier of its own")
    }

    /// Fifty callers at once for a limit with room for seven.
    private func keepsWithinALimit(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "one", scope: BudgetScope(each: .account), limit: Money(picos: 79))
        let holds = (0..<50).map { _ in draw([budget], bound: 10) }
        try require(await reserved(holds, in: ledger), is: 7, "concurrent callers stay within the limit")
        try require(await report(ledger).openHolds, is: 7, "a refused hold is not written")
        try require(await balance(budget, ledger).held.picos, is: 70, "a balance tells what is held")
        let other = draw([budget], account: "other", bound: 10)
        try require(await isReserved(other, in: ledger), is: true, "each account has its own balance")
    }

    /// Callers with eight keys of one organisation, whose budget has less room than theirs together.
    private func keepsATreeWithinItsLimits(_ ledger: any Ledger) async throws {
        let tree = [
            Budget(name: "key", scope: BudgetScope(each: .key), limit: Money(picos: 25)),
            Budget(name: "organisation", scope: BudgetScope(account: "acme"), limit: Money(picos: 105)),
        ]
        let holds = (0..<80).map { draw(tree, account: "acme/search", key: "k\($0 % 8)", bound: 10) }
        try require(
            await reserved(holds, in: ledger), is: 10, "concurrent callers stay within every limit of a tree")
        let claims = holds.prefix(8).map { $0.claims[0] }
        let held = try await ledger.balances(of: claims).map(\.held.picos)
        try require(held.reduce(0, +), is: 100, "what the levels hold is the same money")
        try require(held.contains { $0 > 20 }, is: false, "each key stays within its own limit")
    }

    private func holdsAllOrNothing(_ ledger: any Ledger) async throws {
        let key = Budget(name: "key", scope: BudgetScope(key: "k"), limit: Money(picos: 100))
        let project = Budget(name: "project", scope: BudgetScope(account: "a/b"), limit: Money(picos: 50))
        let organisation = Budget(
            name: "organisation", scope: BudgetScope(account: "a"), limit: Money(picos: 15))
        for tree in [[key, project, organisation], [organisation, project, key]] {
            let hold = draw(tree, account: "a/b", key: "k", bound: 20)
            let refusal = await refusal(hold, in: ledger)
            try require(
                refusal?.contains("'organisation'"), is: true, "a refusal names the budget that refuses")
            let balances = try await ledger.balances(of: hold.claims)
            try require(
                balances, is: Array(repeating: Balance(), count: 3),
                "what one budget refuses is held by none")
        }
        let fits = draw([key, project, organisation], account: "a/b", key: "k", bound: 15)
        try await ledger.reserve(fits)
        try require(
            await ledger.balances(of: fits.claims).map(\.held.picos), is: [15, 15, 15],
            "all levels hold an attempt")
        try await ledger.settle(make.settlement(fits, .exact(Money(picos: 3))))
        try require(
            await ledger.balances(of: fits.claims),
            is: Array(repeating: Balance(settled: MoneyTotal(picos: 3)), count: 3), "all levels settle it")
    }

    /// What a line really cost counts, and what was held for it no longer does.
    private func countsWhatIsSettled(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "b", limit: Money(picos: 30))
        let ends: [(Cost, Int64)] = [
            (.exact(Money(picos: 4)), 4),
            (.estimated(lower: .zero, upper: Money(picos: 6), reason: "cut"), 6),
            (.unknown(reason: "no usage"), 10), (.nothing, 0),
        ]
        var settled: Int64 = 0
        for (cost, charge) in ends {
            let hold = draw([budget], bound: 10)
            try await ledger.reserve(hold)
            try await ledger.settle(make.settlement(hold, cost, usage: nil))
            try await ledger.settle(make.settlement(hold, cost, usage: nil))
            settled += charge
        }
        let exceeds = draw([budget], bound: 30 - settled + 1)
        let fits = draw([budget], bound: 30 - settled)
        try require(await isReserved(exceeds, in: ledger), is: false, "one pico above the limit is refused")
        try require(await isReserved(fits, in: ledger), is: true, "what fits to the pico is allowed")
        try await ledger.reserve(fits)
        try require(
            await balance(budget, ledger).held.picos, is: 10, "reserving again holds nothing more")
    }

    private func countsWhatIsSwept(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "b", limit: Money(picos: 30))
        try await ledger.reserve(draw([budget], bound: 20))
        try await ledger.sweep(at: make.start + .seconds(3_600))
        try require(
            await balance(budget, ledger), is: Balance(settled: MoneyTotal(picos: 20)),
            "a swept hold counts with its bound")
    }

    private func neverRefusesSoftly(_ ledger: any Ledger) async throws {
        let soft = Budget(name: "soft", limit: Money(picos: 5), isHard: false)
        for bound in [10, nil, 1_000] as [Int64?] {
            let hold = draw([soft], bound: bound)
            try require(await isReserved(hold, in: ledger), is: true, "a soft budget refuses nothing")
            try await ledger.settle(make.settlement(hold, .exact(Money(picos: 4))))
        }
        let hard = Budget(name: "hard", limit: Money(picos: 5))
        let refusal = await refusal(draw([soft, hard], bound: nil), in: ledger)
        try require(
            refusal?.contains("'hard'"), is: true, "a hard budget refuses what has no bound")
        try require(await balance(soft, ledger).settled.picos, is: 12, "a soft budget counts")
    }

    /// The first request of an end user, a key or an account is limited as the second one is.
    private func limitsWhoIsNew(_ ledger: any Ledger, _ division: BudgetScope.Division) async throws {
        let budget = Budget(name: "each", scope: BudgetScope(each: division), limit: Money(picos: 5))
        for name in ["a", "b", nil] {
            let hold = { (bound: Int64) in
                draw([budget], account: name ?? "c", key: name, user: name, bound: bound)
            }
            try require(await isReserved(hold(6), in: ledger), is: false, "the first request is limited")
            try require(await isReserved(hold(5), in: ledger), is: true, "each has a limit of its own")
            try require(await isReserved(hold(1), in: ledger), is: false, "each is limited")
        }
    }

    /// A budget that is new counts what was spent before, also what is still held.
    private func beginsWithTheLines(_ ledger: any Ledger) async throws {
        let past = draw([], account: "acme/search", user: "u", bound: 10)
        let open = draw([], account: "acme", user: "u", bound: 5)
        let other = draw([], account: "other", bound: 10)
        for hold in [past, open, other] { try await ledger.reserve(hold) }
        for hold in [past, other] {
            try await ledger.settle(make.settlement(hold, .exact(Money(picos: 7))))
        }
        let budgets = [
            Budget(name: "new", scope: BudgetScope(account: "acme"), limit: Money(picos: 20)),
            Budget(name: "each", scope: BudgetScope(each: .account), limit: Money(picos: 20)),
            Budget(name: "user", scope: BudgetScope(user: "u"), limit: Money(picos: 20), period: .day),
        ]
        let claims = draw(budgets, account: "acme", user: "u", bound: 1).claims
        try require(
            await ledger.balances(of: claims).map(\.settled.picos), is: [7, 0, 7],
            "a new budget begins with what the lines say")
        try require(
            await ledger.balances(of: claims).map(\.held.picos), is: [5, 5, 5],
            "a new budget begins with what is held")
        try await ledger.settle(make.settlement(open, .exact(Money(picos: 2))))
        try require(
            await ledger.balances(of: claims),
            is: [9, 2, 9].map { Balance(settled: MoneyTotal(picos: $0)) },
            "what was held before a budget began is settled in it")
    }
}
