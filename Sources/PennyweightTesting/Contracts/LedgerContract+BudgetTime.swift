internal import PennyweightLedger
internal import PennyweightTime

/// What budgets do as time goes by. The maker's holds begin at midnight of a day.
extension LedgerContract {
    private static let hour = Duration.seconds(3_600)
    private static let day = Duration.seconds(86_400)

    func beginsAgain(_ ledger: any Ledger, _ period: BudgetPeriod) async throws {
        let budget = Budget(name: period.text, limit: Money(picos: 10), period: period)
        try await spend(8, budget, ledger)
        guard let next = period.window(at: make.start).end else { return }
        let last = next - make.start - .nanoseconds(1)
        try require(
            await isReserved(draw([budget], bound: 3, after: last), in: ledger), is: false,
            "a \(period.text) counts to its end")
        try require(
            await balance(budget, ledger, after: last + .nanoseconds(1)), is: Balance(),
            "a new \(period.text) begins at zero")
        try require(
            await isReserved(draw([budget], bound: 10, after: last + .nanoseconds(1)), in: ledger),
            is: true, "a new \(period.text) has the whole limit")
    }

    func neverBeginsAgain(_ ledger: any Ledger) async throws {
        let forever = Budget(name: "forever", limit: Money(picos: 10))
        try await spend(8, forever, ledger)
        try require(
            await balance(forever, ledger, after: LedgerContract.day * 400).settled.picos, is: 8,
            "a budget without a period never begins again")
    }

    func rollsHourByHour(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "rolling", limit: Money(picos: 100), period: .rolling(hours: 2))
        let hour = LedgerContract.hour
        for delay in [hour / 2, hour, hour * 2 - .nanoseconds(1)] {
            try await spend(10, budget, ledger, after: delay)
        }
        let seen = try await ledger.balances(
            of: (0...5).map { claim(budget, after: hour * $0) }
        ).map(\.settled.picos)
        try require(
            seen, is: [30, 30, 30, 20, 0, 0], "what a rolling budget has settled leaves it hour by hour")
    }

    /// An attempt that was opened before midnight belongs to its day, whenever it is settled.
    func countsInItsOwnDay(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "daily", limit: Money(picos: 10), period: .day)
        let late = LedgerContract.day - .seconds(1)
        let hold = draw([budget], bound: 10, after: late)
        try await ledger.reserve(hold)
        try require(
            await balance(budget, ledger, after: late).held.picos, is: 10, "an attempt is held in its day")
        try require(
            await balance(budget, ledger, after: LedgerContract.day), is: Balance(),
            "what was opened yesterday is not held today")
        let today = draw([budget], bound: 10, after: LedgerContract.day)
        try require(await isReserved(today, in: ledger), is: true, "today's limit is whole")
        try await ledger.settle(
            Settlement(
                holdID: hold.id, outcome: .served, cost: .exact(Money(picos: 6)),
                settledAt: hold.openedAt + .seconds(60)))
        try require(
            await balance(budget, ledger, after: late), is: Balance(settled: MoneyTotal(picos: 6)),
            "an attempt is settled in the day in which it was opened")
        try require(
            await balance(budget, ledger, after: LedgerContract.day).held.picos, is: 10,
            "settling yesterday's attempt leaves today alone")
    }

    func tellsThresholdsOnce(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "told", limit: Money(picos: 10), period: .day, isHard: false)
        for amount in [4, 1, 4, 0, 5, 5] as [Int64] { try await spend(amount, budget, ledger) }
        let events = try await ledger.events(limit: 100)
        try require(
            events.map(\.kind), is: [50, 80, 100].map { .threshold(percent: $0) },
            "each threshold is told once, in order")
        try require(
            events.map(\.balance.settled.picos), is: [5, 9, 14], "an event tells what is settled by then")
        guard let first = events.first else { return }
        try require(first.budget, is: "told", "an event names its budget")
        try require(first.counted, is: "all accounts", "an event says what is counted")
        try require(first.limit.picos, is: 10, "an event tells the limit")
        try require(
            first.resetsAt, is: make.start + LedgerContract.day, "an event tells when the budget begins again"
        )
        try await spend(9, budget, ledger, after: LedgerContract.day)
        try require(await ledger.events(limit: 100).count, is: 5, "a new period tells its thresholds again")
    }

    func tellsRefusalsOnce(_ ledger: any Ledger) async throws {
        let daily = Budget(name: "daily", limit: Money(picos: 1), period: .day)
        let rolling = Budget(name: "rolling", limit: Money(picos: 1), period: .rolling(hours: 24))
        for budget in [daily, rolling] {
            for delay in [.zero, LedgerContract.hour * 5, LedgerContract.day] {
                _ = await isReserved(draw([budget], bound: 2, after: delay), in: ledger)
            }
        }
        let events = try await ledger.events(limit: 100)
        try require(
            events.map(\.kind), is: Array(repeating: .refused, count: 4), "a refusal is told once a period")
        try require(
            events.map(\.budget), is: ["daily", "daily", "rolling", "rolling"], "each budget tells its own")
        try require(
            events.map(\.at),
            is: [make.start, make.start + LedgerContract.day, make.start, make.start + LedgerContract.day],
            "an event tells when it happened")
        try require(
            Set(events.map(\.id)).count, is: 4, "each event has an identifier of its own")
    }

    func confirmsEvents(_ ledger: any Ledger) async throws {
        let budget = Budget(name: "told", limit: Money(picos: 10))
        try await spend(10, budget, ledger)
        let events = try await ledger.events(limit: 2)
        try require(
            events.map(\.kind), is: [50, 80].map { .threshold(percent: $0) },
            "the oldest events come first, no more than were asked for")
        for event in events { try await ledger.confirm(event.id) }
        try await ledger.confirm(make.id())
        try require(
            await ledger.events(limit: 2).map(\.kind), is: [.threshold(percent: 100)],
            "what is confirmed is not told again")
        try await spend(0, budget, ledger)
        try require(await ledger.events(limit: 9).count, is: 1, "what is confirmed does not happen again")
    }

    /// Reserves an attempt and settles it at once.
    private func spend(
        _ amount: Int64, _ budget: Budget, _ ledger: any Ledger, after delay: Duration = .zero
    ) async throws {
        let hold = draw([budget], bound: amount, after: delay)
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: amount))))
    }
}
