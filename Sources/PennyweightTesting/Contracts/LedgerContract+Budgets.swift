internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

extension LedgerContract {
    /// Fifty callers at once for a limit with room for seven.
    func keepsWithinALimit(_ ledger: any Ledger) async throws {
        let holds = (0..<50).map { _ in limited(bound: 10, limit: 79) }
        let reserved = await withTaskGroup(of: Bool.self) { group in
            for hold in holds {
                group.addTask { await self.isReserved(hold, in: ledger) }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        try require(reserved, is: 7, "with concurrent callers, settled and held stay within the limit")
        try require(await report(ledger).openHolds, is: 7, "a refused hold is not written")
        let other = limited(bound: 10, limit: 79, account: "other")
        try require(await isReserved(other, in: ledger), is: true, "each account has its own balance")
    }

    /// What a line really cost counts, and what was held for it no longer does.
    func countsWhatIsSettled(_ ledger: any Ledger) async throws {
        let ends: [(Cost, Int64)] = [
            (.exact(Money(picos: 4)), 4),
            (.estimated(lower: .zero, upper: Money(picos: 6), reason: "cut"), 6),
            (.unknown(reason: "no usage"), 10), (.nothing, 0),
        ]
        var settled: Int64 = 0
        for (cost, charge) in ends {
            let hold = limited(bound: 10, limit: 30)
            try await ledger.reserve(hold)
            try await ledger.settle(make.settlement(hold, cost, usage: nil))
            settled += charge
        }
        let fits = limited(bound: 30 - settled, limit: 30)
        let exceeds = limited(bound: 30 - settled + 1, limit: 30)
        try require(await isReserved(exceeds, in: ledger), is: false, "one pico above the limit is refused")
        try require(await isReserved(fits, in: ledger), is: true, "what fits to the pico is allowed")
        try await ledger.reserve(fits)
    }

    private func limited(bound: Int64, limit: Int64, account: String = "limited") -> Hold {
        let hold = make.hold()
        var subject = hold.subject
        subject.account = account
        return Hold(
            id: hold.id, callID: hold.callID, attempt: 1, subject: subject, upperBound: Money(picos: bound),
            limit: Money(picos: limit), openedAt: hold.openedAt, expiresAt: hold.expiresAt)
    }

    private func isReserved(_ hold: Hold, in ledger: any Ledger) async -> Bool {
        do {
            try await ledger.reserve(hold)
            return true
        } catch {
            return (error as? Failure)?.code != .overBudget
        }
    }
}
