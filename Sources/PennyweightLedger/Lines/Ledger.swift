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
    /// If the hold has a limit, checks it in the same step, and throws a `Failure` `overBudget` instead of
    /// writing if ``Balance/refusal(of:)`` says so: with any number of concurrent callers, settled plus held
    /// stays within it.
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

    /// Closes the holds that nobody will settle: those of dead processes, and those that expired before
    /// `time`.
    ///
    /// Each becomes a line with outcome `abandoned`, estimated up to the hold's bound, or unknown if it has
    /// none. Returns how many it closed.
    @discardableResult
    func sweep(at time: Timestamp) async throws -> Int

    /// Adds lines up, grouped as the query says.
    func report(_ query: ReportQuery) async throws -> Report
}
