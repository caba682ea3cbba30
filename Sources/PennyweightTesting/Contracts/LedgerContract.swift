public import PennyweightLedger
private import PennyweightTime

/// Checks that a ledger keeps every promise of the port `Ledger`; throws a ``ContractViolation`` that names
/// the first one that is broken.
///
/// ```swift
/// @Test func contract() async throws { try await checkLedger { try SQLiteLedger.open(at: newPath(), time:
/// time) } }
/// ```
///
/// `make` gives a new, empty ledger at every call.
public func checkLedger(_ make: @Sendable () async throws -> any Ledger) async throws {
    let contract = LedgerContract()
    try await contract.settlesOnce(make())
    try await contract.reservesOnce(make())
    try await contract.refusesUnknownHolds(make())
    try await contract.keepsUnknownApart(make())
    try await contract.countsHits(make())
    try await contract.countsPartialHits(make())
    try await contract.countsCallsOnce(make())
    try await contract.groups(make())
    try await contract.groupsByTag(make())
    try await contract.reportsSince(make())
    try await contract.sumsBeyondOneAmount(make())
    try await contract.sweepsExpired(make())
    try await contract.sweepsOnce(make())
    try await contract.worksConcurrently(make())
    try await contract.renews(make())
    try await contract.findsJobs(make())
    try await contract.checkBudgets(make)
    try await contract.ignoresCancellation(make())
}

/// The promises of `Ledger`, one by one, each against an empty ledger.
struct LedgerContract {
    let make = LineMaker()

    func settlesOnce(_ ledger: any Ledger) async throws {
        let hold = make.hold()
        try await ledger.reserve(hold)
        try require(await total(ledger).calls, is: 0, "a hold is no line")
        try require(await report(ledger).openHolds, is: 1, "a reserved hold is open")
        let first = try await ledger.settle(make.settlement(hold, .exact(Money(picos: 165))))
        try require(first, is: true, "the first settlement closes the hold")
        let second = try await ledger.settle(make.settlement(hold, .exact(Money(picos: 999))))
        try require(second, is: false, "a second settlement of a hold is refused")
        try require(await total(ledger).charged.picos, is: 165, "the first settlement stands")
        try require(await report(ledger).openHolds, is: 0, "a settled hold is closed")
    }

    func reservesOnce(_ ledger: any Ledger) async throws {
        let hold = make.hold()
        try await ledger.reserve(hold)
        try await ledger.reserve(hold)
        try require(await report(ledger).openHolds, is: 1, "reserving again with the same id does nothing")
        try await ledger.settle(make.settlement(hold, .nothing))
        try await ledger.reserve(hold)
        try require(await report(ledger).openHolds, is: 0, "reserving again doesn't open a settled hold")
    }

    func refusesUnknownHolds(_ ledger: any Ledger) async throws {
        try await requireFailure("settling a hold that was never reserved fails") {
            try await ledger.settle(make.settlement(make.hold(), .nothing))
        }
    }

    func keepsUnknownApart(_ ledger: any Ledger) async throws {
        let estimate = Cost.estimated(lower: Money(picos: 3), upper: Money(picos: 8), reason: "cut")
        for cost in [.exact(Money(picos: 1)), estimate, .unknown(reason: "no price")] {
            let hold = make.hold()
            try await ledger.reserve(hold)
            try await ledger.settle(make.settlement(hold, cost, usage: nil))
        }
        let total = try await total(ledger)
        try require(total.charged.picos, is: 1, "only exact lines are charged")
        try require(total.estimatedLower.picos, is: 3, "lower bounds of estimates add up")
        try require(total.estimatedUpper.picos, is: 8, "upper bounds of estimates add up")
        try require(total.unknown, is: 1, "a call of unknown cost is counted as such")
        try require(total.calls, is: 3, "each call counts, whatever is known of its cost")
    }

    func countsHits(_ ledger: any Ledger) async throws {
        try await settle(ledger, make.hold(), .exact(Money(picos: 10)))
        ledger.enqueue(make.saving(avoided: .exact(Money(picos: 10)))) { _ in }
        ledger.enqueue(make.saving(avoided: .unknown(reason: "no price"))) { _ in }
        let total = try await total(ledger)
        try require(total.calls, is: 3, "a hit is a call")
        try require(total.hits, is: 2, "hits are counted")
        try require(total.charged.picos, is: 10, "a hit is charged nothing")
        try require(
            total.avoided.picos, is: 10, "what a hit avoided is counted as far as it is exactly known")
        try require(
            total.unknown, is: 0, "a hit on an answer without a price is no call of unknown cost")
        try require(total.input, is: 10, "tokens of hits are not counted")
        try require(total.cachedInput, is: 4, "tokens that were reported are counted")
        try require(total.reasoning, is: 0, "tokens that were not reported add nothing")
    }

    func countsPartialHits(_ ledger: any Ledger) async throws {
        let hold = make.hold()
        try await settle(ledger, hold, .exact(Money(picos: 10)))
        ledger.enqueue(
            make.saving(avoided: .exact(Money(picos: 4)), call: hold.callID, source: .partial)
        ) { _ in }
        let total = try await total(ledger)
        try require(total.calls, is: 1, "a part that was stored is no call beside its attempt")
        try require(total.hits, is: 0, "a part that was stored is no hit")
        try require(total.avoided.picos, is: 4, "what a part avoided is counted")
        try require(total.charged.picos, is: 10, "a part that was stored is charged nothing")
    }

    func countsCallsOnce(_ ledger: any Ledger) async throws {
        let call = make.id()
        try await settle(ledger, make.hold(call: call, attempt: 1), .unknown(reason: "lost"))
        try await settle(ledger, make.hold(call: call, attempt: 2), .exact(Money(picos: 7)))
        let total = try await total(ledger)
        try require(total.calls, is: 1, "two attempts of one call are one call")
        try require(total.charged.picos, is: 7, "every attempt is charged")
        try require(
            total.unknown, is: 1, "a call with an attempt of unknown cost is one of unknown cost")
        try require(total.output, is: 10, "tokens of all attempts add up")
    }

    func groups(_ ledger: any Ledger) async throws {
        let day = Duration.seconds(86_400)
        try await settle(ledger, make.hold(model: "a", key: "k1"), .exact(Money(picos: 1)), ran: "a-2026")
        try await settle(ledger, make.hold(model: "b", after: day), .exact(Money(picos: 5)))
        try await settle(ledger, make.hold(model: "c", after: day), .exact(Money(picos: 1)))
        ledger.enqueue(make.saving(avoided: .nothing, model: "b")) { _ in }
        let byModel = try await report(ledger, by: .model)
        try require(
            byModel.rows.map(\.group), is: [["b"], ["a-2026"], ["c"]],
            "models: most charged first, then by name")
        try require(byModel.rows.map(\.totals.calls), is: [2, 1, 1], "each call is in the row of its model")
        try require(
            await report(ledger, by: .day).rows.map(\.group), is: [["2026-01-01"], ["2026-01-02"]],
            "days by date"
        )
        try require(
            await report(ledger, by: .key).rows.map(\.group), is: [["(none)"], ["k1"]],
            "keys, and calls without one")
        try require(byModel.total.calls, is: 4, "the total counts every call")
    }

    func groupsByTag(_ ledger: any Ledger) async throws {
        try await settle(ledger, make.hold(tags: ["team": "x", "env": "test"]), .exact(Money(picos: 2)))
        try await settle(ledger, make.hold(), .exact(Money(picos: 1)))
        ledger.enqueue(make.saving(avoided: .exact(Money(picos: 4)), tags: ["team": "x"])) { _ in }
        let report = try await report(ledger, by: .tag)
        try require(
            report.rows.map(\.group), is: [["env=test"], ["team=x"], ["(none)"]],
            "a call is in the row of each tag"
        )
        try require(report.rows.map(\.totals.calls), is: [1, 2, 1], "hits have tags as well")
        try require(report.rows[1].totals.avoided.picos, is: 4, "hits count in the rows of their tags")
        try require(report.total.charged.picos, is: 3, "the total counts a call with two tags once")
        try require(report.total.calls, is: 3, "the total counts a call with two tags once")
    }

    func reportsSince(_ ledger: any Ledger) async throws {
        try await settle(ledger, make.hold(), .exact(Money(picos: 1)))
        let later = make.hold(after: .seconds(3_600))
        try await settle(ledger, later, .exact(Money(picos: 2)))
        let since = try await ledger.report(ReportQuery(by: .model, since: later.openedAt))
        try require(since.total.charged.picos, is: 2, "a report covers the calls from its start on")
        try require(since.rows.map(\.totals.calls), is: [1], "rows cover the same calls as the total")
    }

    func sumsBeyondOneAmount(_ ledger: any Ledger) async throws {
        let most = Cost.exact(Money(picos: .max))
        for _ in 0..<3 { try await settle(ledger, make.hold(), most) }
        let expected = 3 * Int128(Int64.max)
        try require(
            await total(ledger).charged.picos, is: expected, "sums reach beyond what one line can hold")
        try await settle(ledger, make.hold(), .exact(Money(picos: -5)))
        try require(await total(ledger).charged.picos, is: expected - 5, "a refund is subtracted")
    }

    func sweepsExpired(_ ledger: any Ledger) async throws {
        let bounded = make.hold(upperBound: Money(picos: 50))
        let unbounded = make.hold(upperBound: nil)
        let fresh = make.hold(expiresAfter: .seconds(7_200))
        for hold in [bounded, unbounded, fresh] { try await ledger.reserve(hold) }
        let swept = try await ledger.sweep(at: make.start + .seconds(3_600))
        try require(swept, is: 2, "a sweep closes what has expired")
        let report = try await report(ledger)
        try require(report.openHolds, is: 1, "a sweep leaves what has not expired")
        try require(report.total.estimatedUpper.picos, is: 50, "a swept hold is estimated up to its bound")
        try require(report.total.estimatedLower.picos, is: 0, "a swept hold is estimated from nothing")
        try require(report.total.unknown, is: 1, "a swept hold without a bound is unknown")
        let settled = try await ledger.settle(make.settlement(bounded, .nothing))
        try require(settled, is: false, "a swept hold is closed")
    }

    func sweepsOnce(_ ledger: any Ledger) async throws {
        for _ in 0..<40 { try await ledger.reserve(make.hold()) }
        let time = make.start + .seconds(3_600)
        async let one = ledger.sweep(at: time)
        async let other = ledger.sweep(at: time)
        try require(await one + other, is: 40, "two sweeps at once close each hold once")
        try require(await total(ledger).calls, is: 40, "each swept hold has one line")
    }

    func worksConcurrently(_ ledger: any Ledger) async throws {
        let holds = (0..<200).map { _ in make.hold() }
        let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
            for hold in holds + holds {
                group.addTask {
                    try await ledger.reserve(hold)
                    return try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try require(wins, is: 200, "of two settlements at once, one closes the hold")
        try require(await total(ledger).charged.picos, is: 200, "every hold is charged once")
    }

    func ignoresCancellation(_ ledger: any Ledger) async throws {
        let hold = make.hold()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await ledger.reserve(hold)
            return try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
        }
        try require(await task.value, is: true, "a cancelled task's writes run to their end")
        try require(await total(ledger).charged.picos, is: 1, "a cancelled task's lines are there")
    }

    private func settle(_ ledger: any Ledger, _ hold: Hold, _ cost: Cost, ran model: String? = nil)
        async throws
    {
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, cost, ran: model))
    }

    private func total(_ ledger: any Ledger) async throws -> Totals {
        try await report(ledger).total
    }

    func report(
        _ ledger: any Ledger, by grouping: ReportQuery.Grouping = .model
    ) async throws -> Report {
        try await ledger.report(ReportQuery(by: grouping))
    }
}
