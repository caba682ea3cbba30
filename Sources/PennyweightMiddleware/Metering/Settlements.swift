public import Logging
public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Closes holds in tasks of their own, which no caller's cancellation reaches, and tries again if the ledger
/// fails.
///
/// One for a process: what it was given is done when ``drain(within:)`` returns.
public final class Settlements: Sendable {
    private let time: any TimeSource
    private let logger: Logger
    private let maximumAttempts: Int
    private let backoff: Backoff
    /// Not limited here: there is at most one settlement for each call in flight, and money is never dropped.
    private let tasks = BackgroundTasks(limit: .max)
    /// When the holds that are in use here expire.
    private let inUse = Mutex<[SortableID: Timestamp]>([:])

    /// A settlement that keeps failing is tried `maximumAttempts` times, over about a minute. Then it is
    /// logged as critical, and its hold stays open, for a sweep to close.
    public init(time: any TimeSource, logger: Logger, maximumAttempts: Int = 12) {
        self.time = time
        self.logger = logger
        self.maximumAttempts = maximumAttempts
        backoff = Backoff(base: .milliseconds(50), cap: .seconds(10))
    }

    /// How many are under way.
    public var count: Int { tasks.count }

    /// Starts closing a hold, and returns at once.
    public func submit(_ settlement: Settlement, in ledger: any Ledger) {
        start(settlement, ledger, tried: Latch())
    }

    /// Starts closing a hold, and waits until the ledger has taken it or has failed for the first time.
    ///
    /// Cancelling ends the wait, not the settling.
    public func settle(_ settlement: Settlement, in ledger: any Ledger) async {
        let tried = Latch()
        start(settlement, ledger, tried: tried)
        await tried.wait()
    }

    /// Waits until everything is settled. What isn't when `patience` is over gets one last try.
    public func drain(within patience: Duration) async {
        await tasks.drain(within: patience, time: time)
    }

    /// Closes the holds that nobody will settle, like `Ledger/sweep(at:)`, and spares those that are in use
    /// here: a call may outlast its hold, and the wall clock may jump. Returns how many it closed.
    ///
    /// As long as a hold that is in use has expired, holds that expired after it wait for a later sweep.
    @discardableResult
    public func sweep(_ ledger: any Ledger) async throws -> Int {
        let now = time.now()
        let oldest = inUse.withLock { $0.values.min() }
        return try await ledger.sweep(at: min(now, oldest.map { $0 - .nanoseconds(1) } ?? now))
    }

    /// Notes that a hold is in use, until it is settled or settling it was given up.
    func follow(_ hold: Hold) {
        inUse.withLock { $0[hold.id] = hold.expiresAt }
    }

    private func start(_ settlement: Settlement, _ ledger: any Ledger, tried: Latch) {
        tasks.start { [self] in
            await work(settlement, ledger, tried)
            _ = inUse.withLock { $0.removeValue(forKey: settlement.holdID) }
            tried.open()
        }
    }

    private func work(_ settlement: Settlement, _ ledger: any Ledger, _ tried: Latch) async {
        var attempt = 1
        while true {
            do {
                let isFirst = try await ledger.settle(settlement)
                if !isFirst, attempt == 1 {
                    log(.warning, "The hold was closed before, by a sweep", settlement)
                }
                return
            } catch {
                tried.open()
                log(.error, "The ledger failed to settle: \(error)", settlement)
            }
            guard attempt < maximumAttempts else { break }
            // Cancelled by a shutdown whose patience is over: one last try, without waiting.
            let isLast = (try? await time.sleep(for: backoff.ceiling(afterAttempt: attempt))) == nil
            attempt = isLast ? maximumAttempts : attempt + 1
        }
        log(
            .critical, "A hold stays open until a sweep closes it as an estimate; look at the ledger",
            settlement)
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ settlement: Settlement) {
        logger.log(
            level: level, message,
            metadata: [
                "hold": "\(settlement.holdID)", "outcome": "\(settlement.outcome.rawValue)",
                "cost": "\(settlement.cost)",
            ])
    }
}
