public import PennyweightLedger
private import PennyweightTime

/// Checks that a ledger keeps every promise of the port `CallLog`; throws a ``ContractViolation`` that names
/// the first one that is broken.
///
/// `make` gives a new, empty ledger at every call.
public func checkCallLog(_ make: @Sendable () async throws -> any Ledger & CallLog) async throws {
    let contract = CallLogContract()
    try await contract.returnsAttempts(make())
    try await contract.returnsSavings(make())
    try await contract.pagesBothWays(make())
    try await contract.filters(make())
    try await contract.goesOnBeyondItsReach(make())
}

/// The promises of `CallLog`, one by one, each against an empty ledger.
struct CallLogContract {
    private let make = LineMaker()

    /// The id of a call that was made so many seconds after the start.
    private func id(_ seconds: Int) -> SortableID {
        let milliseconds = UInt64((make.start + .seconds(seconds)).milliseconds)
        return SortableID(high: milliseconds << 16 | 0x7000, low: 0x8000_0000_0000_0000 | UInt64(seconds))
    }

    private func subject(_ account: String, key: String? = nil) -> Subject {
        Subject(
            account: account, key: key, user: "u7", tags: ["team": "x", "env": "y"], provider: "openai",
            model: "gpt-x", route: "/chat/completions")
    }

    private func hold(
        _ call: SortableID, attempt: Int = 1, account: String = "acme", key: String? = nil,
        after delay: Duration = .zero
    ) -> Hold {
        let at = make.start + delay
        return Hold(
            id: make.id(), callID: call, attempt: attempt, subject: subject(account, key: key),
            upperBound: Money(picos: 1_000), queued: .milliseconds(5), openedAt: at,
            expiresAt: at + .seconds(600))
    }

    private func add(_ ledger: any Ledger, _ seconds: Int, account: String = "acme", key: String? = nil)
        async throws
    {
        let hold = hold(id(seconds), account: account, key: key, after: .seconds(seconds))
        try await ledger.reserve(hold)
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
    }

    func returnsAttempts(_ ledger: any Ledger & CallLog) async throws {
        try require(await ledger.call(id(1)) == nil, is: true, "a call that isn't there is none")
        let (first, second) = (hold(id(1)), hold(id(1), attempt: 2, after: .seconds(2)))
        try await ledger.reserve(first)
        try require(await ledger.call(id(1))?.status, is: .pending, "a call with an open attempt is pending")
        try await ledger.settle(
            Settlement(
                holdID: first.id, outcome: .absorbed, cost: .nothing, status: 503,
                settledAt: make.start + .seconds(1)))
        try await ledger.reserve(second)
        guard let open = try await ledger.call(id(1)) else {
            throw ContractViolation("a call is there from its first attempt on: it is not.")
        }
        try require(open.open.map(\.id), is: [second.id], "a call knows its open attempts")
        try require(open.open.map(\.queued), is: [.milliseconds(5)], "an open attempt keeps what it had")
        let items = [try LineItem(unit: .inputToken, count: 10, unitPrice: Money(picos: 7))]
        try await ledger.settle(
            Settlement(
                holdID: second.id, outcome: .served, cost: .exact(Money(picos: 70)), items: items,
                usage: LineMaker.usage, executedModel: "gpt-x-1", priceVersion: "v1", status: 200,
                firstByteAt: make.start + .seconds(3), settledAt: make.start + .seconds(4)))
        guard let call = try await ledger.call(id(1)) else {
            throw ContractViolation("a settled call is there: it is not.")
        }
        try require(call.status, is: .completed, "a call that was served is completed")
        try require(call.at, is: make.start, "a call is as old as its first attempt")
        try require(call.subject, is: subject("acme"), "a call knows whom it was for")
        try require(call.lines.map(\.outcome), is: [.absorbed, .served], "lines are in their order")
        try require(call.lines.last?.items, is: items, "a line has its items")
        try require(call.lines.last?.usage, is: LineMaker.usage, "a line has its usage")
        try require(call.lines.last?.executedModel, is: "gpt-x-1", "a line has the model that ran")
        try require(await ledger.calls(CallQuery()).calls, is: [call], "a page has the same record")
    }

    func returnsSavings(_ ledger: any Ledger & CallLog) async throws {
        let saving = make.saving(avoided: .exact(Money(picos: 5)))
        ledger.enqueue(saving) { _ in }
        let page = try await ledger.calls(CallQuery())
        try require(page.calls.map(\.id), is: [saving.callID], "a page has what was enqueued before")
        try require(page.calls.first?.status, is: .completed, "a hit is a completed call")
        try require(
            page.calls.first?.lines.first?.avoided, is: .exact(Money(picos: 5)), "a hit tells what it avoided"
        )
        try require(
            await ledger.call(saving.callID), is: page.calls.first, "a hit is looked up like any call")
    }

    func pagesBothWays(_ ledger: any Ledger & CallLog) async throws {
        for number in 1...5 { try await add(ledger, number) }
        var query = CallQuery()
        query.limit = 2
        let first = try await ledger.calls(query)
        try require(first.calls.map(\.id), is: [id(5), id(4)], "a page begins with the newest")
        try require(first.hasMore, is: true, "a page says that more follow")
        try require(first.edge, is: id(4), "a page says where the next one goes on")
        query.startingAfter = id(2)
        let last = try await ledger.calls(query)
        try require(last.calls.map(\.id), is: [id(1)], "a page begins after its cursor")
        try require(last.hasMore, is: false, "the last page says that nothing follows")
        query.startingAfter = nil
        query.endingBefore = id(1)
        let before = try await ledger.calls(query)
        try require(before.calls.map(\.id), is: [id(3), id(2)], "a page ends before its cursor")
        try require(before.hasMore, is: true, "a page says that more stand before it")
        try require(before.edge, is: id(3), "a page says where the one before goes on")
        query.endingBefore = id(3)
        let top = try await ledger.calls(query)
        try require(top.calls.map(\.id), is: [id(5), id(4)], "the page before may be full")
        try require(top.hasMore, is: false, "the first page says that nothing is before")
    }

    func filters(_ ledger: any Ledger & CallLog) async throws {
        try await add(ledger, 1, account: "acme/search", key: "k1")
        try await add(ledger, 2, account: "acme-2")
        try await add(ledger, 90_000, account: "acme", key: "k2")
        try await add(ledger, 200_000, account: "acme", key: "k1")
        let found = { (change: (inout CallQuery) -> Void) in
            var query = CallQuery()
            change(&query)
            return try await ledger.calls(query).calls.map(\.id)
        }
        try require(
            await found { $0.account = "acme" }, is: [id(200_000), id(90_000), id(1)],
            "an account stands for those below it")
        try require(await found { $0.account = "acme/search" }, is: [id(1)], "an account is one part of all")
        try require(await found { $0.key = "k1" }, is: [id(200_000), id(1)], "calls are found by their key")
        let day = make.start + .seconds(90_000)
        try require(
            await found { $0.createdAfter = day }, is: [id(200_000), id(90_000)], "a start is included")
        try require(await found { $0.createdBefore = day }, is: [id(2), id(1)], "an end is excluded")
        try require(
            await found {
                $0.createdAfter = day
                $0.account = "acme"
                $0.key = "k2"
            }, is: [id(90_000)], "every condition counts")
    }

    func goesOnBeyondItsReach(_ ledger: any Ledger & CallLog) async throws {
        try await add(ledger, 0, account: "rare")
        for number in 1...25 { try await add(ledger, number) }
        var query = CallQuery()
        query.account = "rare"
        query.limit = 1
        var pages = 0
        while true {
            let page = try await ledger.calls(query)
            pages += 1
            if page.calls.map(\.id) == [id(0)] { break }
            guard page.hasMore, let edge = page.edge, pages < 100 else {
                throw ContractViolation("pages lead to a call that is rare: they ended after \(pages).")
            }
            query.startingAfter = edge
        }
    }
}
