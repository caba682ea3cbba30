public import PennyweightTime

/// Where holds and lines are kept. Rows are immutable: whatever happens is a new row.
///
/// Every `async` function returns when what it wrote survives `kill -9`, runs to its end even if the calling
/// task is cancelled, and throws a `Failure` `ledgerUnavailable` if it can't write: then nothing may be
/// spent.
public protocol Ledger: Sendable {
    /// Writes a hold. The request may leave once this has returned. Doing it again with the same id does
    /// nothing.
    ///
    /// Checks and holds all of the hold's claims in the same step, and throws a `Failure` `overBudget`
    /// instead of writing if ``Balance/refusal(of:by:)`` says so for any of them: with any number of
    /// concurrent callers, settled plus held stays within every hard limit.
    func reserve(_ hold: Hold) async throws

    /// Closes a hold with its one line. False if the hold was closed before: the first settlement stands.
    @discardableResult
    func settle(_ settlement: Settlement) async throws -> Bool

    /// Takes the line of a call that was answered without an attempt, and returns at once: a hit waits for no
    /// disk.
    ///
    /// The line is written with the next commit; a report that is asked for afterwards has it. If it can't be
    /// written, `onFailure` is called with the reason, on any thread: it must not block.
    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void)

    /// Moves the expiry of holds that are open and in use to a later time, never to an earlier one (a clock
    /// may go back); ignores those that are closed.
    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws

    /// Notes that an open hold pays for a job that the provider runs on by itself (a video): the process that
    /// opened it may die, and the hold stays open until it expires or the job is settled.
    func attach(_ job: ProviderJob, to hold: SortableID) async throws

    /// The open hold of a job; nil if there is none, or it was closed.
    func openHold(of job: ProviderJob) async throws -> Hold?

    /// Closes the holds that nobody will settle: those of dead processes, and those that expired before
    /// `time`.
    ///
    /// Each becomes a line with outcome `abandoned`, estimated up to the hold's bound, or unknown if it has
    /// none. Returns how many it closed.
    @discardableResult
    func sweep(at time: Timestamp) async throws -> Int

    /// What the counters of some claims have settled and hold right now, in the order of the claims.
    func balances(of claims: [BudgetClaim]) async throws -> [Balance]

    /// Events that nobody has confirmed yet, oldest first.
    func events(limit: Int) async throws -> [BudgetEvent]

    /// Notes that an event was told to whoever wants to know.
    func confirm(_ event: SortableID) async throws

    /// What the latest exact lines say of characters and tokens, model by model.
    func calibrations() async throws -> [Calibration]

    /// Adds lines up, grouped as the query says.
    func report(_ query: ReportQuery) async throws -> Report
}

/// Work that a provider goes on with after it has answered: its name and the provider's id for it.
public struct ProviderJob: Sendable, Hashable {
    public let provider: String
    public let id: String

    public init(provider: String, id: String) {
        self.provider = provider
        self.id = id
    }
}
