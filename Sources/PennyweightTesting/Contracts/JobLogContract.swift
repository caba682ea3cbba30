public import PennyweightLedger
private import PennyweightTime

/// Checks that a ledger keeps every promise of the port `JobLog`; throws a ``ContractViolation`` that names
/// the first one that is broken.
///
/// `make` gives a new, empty ledger at every call.
public func checkJobLog(_ make: @Sendable () async throws -> any Ledger & JobLog) async throws {
    let contract = JobLogContract()
    try await contract.remembersJobs(make())
    try await contract.pagesBothWays(make())
    try await contract.filters(make())
}

/// The promises of `JobLog`, one by one, each against an empty ledger.
private struct JobLogContract {
    private let make = LineMaker()

    /// Starts a job for an account. Gives the hold that pays for it.
    @discardableResult
    private func start(
        _ id: String, for account: String = "acme", at provider: String = "openai",
        in ledger: any Ledger
    ) async throws -> Hold {
        let hold = Hold(
            id: make.id(), callID: make.id(), attempt: 1,
            subject: Subject(
                account: account, key: "k", tags: ["team": "x"], provider: provider, model: "sora-2",
                route: "/videos"),
            upperBound: Money(picos: 1_000), openedAt: make.start, expiresAt: make.start + .seconds(600))
        try await ledger.reserve(hold)
        try await ledger.attach(ProviderJob(provider: provider, id: id), to: hold.id)
        return hold
    }

    private func ids(_ log: any JobLog, _ change: (inout JobQuery) -> Void = { _ in }) async throws
        -> [String]
    {
        var query = JobQuery(provider: "openai")
        change(&query)
        return try await log.jobs(query).map(\.job.id)
    }

    func remembersJobs(_ ledger: any Ledger & JobLog) async throws {
        let job = ProviderJob(provider: "openai", id: "a")
        try require(await ledger.job(job) == nil, is: true, "a job that nobody noted is none")
        let hold = try await start("a", in: ledger)
        let open = try await ledger.job(job)
        try require(open?.hold.id, is: hold.id, "a job names the attempt that pays for it")
        try require(open?.hold.subject, is: hold.subject, "a job tells who it is for")
        try require(open?.isOpen, is: true, "a job is open until its attempt is settled")
        try await ledger.settle(make.settlement(hold, .exact(Money(picos: 1))))
        try require(await ledger.job(job)?.isOpen, is: false, "a settled job is remembered as such")
        try require(await ledger.job(job)?.hold.id, is: hold.id, "a settled job keeps its attempt")
        let other = ProviderJob(provider: "other", id: "a")
        try require(await ledger.job(other) == nil, is: true, "an id is the provider's own")
    }

    func pagesBothWays(_ ledger: any Ledger & JobLog) async throws {
        for id in ["a", "b", "c", "d"] { try await start(id, in: ledger) }
        try require(await ids(ledger), is: ["d", "c", "b", "a"], "the newest are first")
        try require(await ids(ledger) { $0.limit = 2 }, is: ["d", "c"], "a page ends at its limit")
        let next = try await ids(ledger) {
            $0.limit = 2
            $0.after = "c"
        }
        try require(next, is: ["b", "a"], "the next page begins after the last one's end")
        let forward = try await ids(ledger) {
            $0.isOldestFirst = true
            $0.after = "b"
        }
        try require(forward, is: ["c", "d"], "the oldest are first if that is asked for")
        try require(await ids(ledger) { $0.after = "x" }, is: [], "nothing comes after what isn't there")
        try require(await ids(ledger) { $0.limit = 0 }, is: [], "a page may be empty")
    }

    func filters(_ ledger: any Ledger & JobLog) async throws {
        let settled = try await start("a", for: "acme", in: ledger)
        try await start("b", for: "acme/search", in: ledger)
        try await start("c", for: "acmeother", in: ledger)
        try await start("d", for: "acme", at: "other", in: ledger)
        try await ledger.settle(make.settlement(settled, .exact(Money(picos: 1))))
        try require(await ids(ledger), is: ["c", "b", "a"], "a page has one provider's jobs")
        try require(
            await ids(ledger) { $0.account = "acme" }, is: ["b", "a"], "an account has what lies below it")
        try require(await ids(ledger) { $0.account = "acme/search" }, is: ["b"], "an account is a path")
        try require(await ids(ledger) { $0.isOpenOnly = true }, is: ["c", "b"], "open ones can be asked for")
        let after = try await ids(ledger) {
            $0.account = "acme"
            $0.after = "c"
        }
        try require(after, is: ["b", "a"], "a page may begin after a job that it wouldn't have")
    }
}
