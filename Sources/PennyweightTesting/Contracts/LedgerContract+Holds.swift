internal import PennyweightLedger
internal import PennyweightTime

/// Holds that stay open for long.
extension LedgerContract {
    func renews(_ ledger: any Ledger) async throws {
        let renewed = make.hold()
        let forgotten = make.hold()
        let closed = make.hold()
        for hold in [renewed, forgotten, closed] { try await ledger.reserve(hold) }
        try await ledger.settle(make.settlement(closed, .nothing))
        let later = make.start + .seconds(3_600)
        try await ledger.renew([renewed.id, closed.id, make.id()], until: later)
        // A clock that went back must not end it early.
        try await ledger.renew([renewed.id], until: make.start + .seconds(1))
        try require(
            await ledger.sweep(at: later - .nanoseconds(1)), is: 1, "what is renewed doesn't expire")
        try require(await report(ledger).openHolds, is: 1, "a renewed hold stays open")
        try require(await ledger.sweep(at: later + .nanoseconds(1)), is: 1, "a renewed hold expires later")
        try require(
            await report(ledger).openHolds, is: 0, "renewing doesn't open what is closed or unknown")
    }

    func findsJobs(_ ledger: any Ledger) async throws {
        let job = ProviderJob(provider: "p", id: "video-1")
        let hold = make.hold()
        try require(await ledger.openHold(of: job)?.id, is: nil, "a job that nobody noted has no hold")
        try await ledger.reserve(hold)
        try await ledger.attach(job, to: hold.id)
        let found = try await ledger.openHold(of: job)
        try require(found?.id, is: hold.id, "a job finds its hold")
        try require(found?.subject, is: hold.subject, "a hold is found as it was written")
        try require(found?.upperBound, is: hold.upperBound, "a hold is found as it was written")
        let others = [ProviderJob(provider: "q", id: "video-1"), ProviderJob(provider: "p", id: "video-2")]
        for other in others {
            try require(await ledger.openHold(of: other)?.id, is: nil, "jobs of one id or provider differ")
        }
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
        try require(await ledger.openHold(of: job)?.id, is: nil, "a settled job has no open hold")
    }
}
