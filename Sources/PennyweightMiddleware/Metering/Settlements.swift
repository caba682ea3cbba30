public import Logging
public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Closes holds in tasks of their own, which no caller's cancellation reaches, and tries again if the ledger
/// fails.
///
/// One for a process: what it was given is done when ``drain(within:)`` returns. A process that lives longer
/// than a hold calls ``sweep(_:)`` by time, once a minute, say: it keeps the holds that are in use from
/// expiring under a long answer, and closes those that nobody will settle.
public final class Settlements: Sendable {
    /// How long a hold that is in use lasts on, each time that it is renewed.
    public static let renewal = Duration.seconds(15 * 60)
    /// How many holds one write of the ledger renews.
    static let renewalPageLimit = 500

    /// What the answers of this process have taught about their models.
    public let calibrations = CalibrationBook()

    private let time: any TimeSource
    private let logger: Logger
    private let maximumAttempts: Int
    private let backoff: Backoff
    /// Not limited here: there is at most one settlement for each call in flight, and money is never dropped.
    private let tasks = BackgroundTasks(limit: .max)
    private let inUse = HoldsInUse()
    private let listener = Mutex<(@Sendable () -> Void)?>(nil)

    /// A settlement that keeps failing is tried `maximumAttempts` times, over about a minute. Then it is
    /// logged as critical, and its hold stays open, for a sweep to close.
    public init(time: any TimeSource, logger: Logger, maximumAttempts: Int = 12) {
        self.time = time
        self.logger = logger
        self.maximumAttempts = maximumAttempts
        backoff = Backoff(base: .milliseconds(50), cap: .seconds(10))
    }

    /// Lets `listener` know whenever a hold was closed; it must not block. The latest one counts.
    public func onSettlement(_ listener: @escaping @Sendable () -> Void) {
        self.listener.withLock { $0 = listener }
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
    /// here, which it renews first: a call may outlast its hold, and the wall clock may jump. Returns how
    /// many it closed.
    @discardableResult
    public func sweep(_ ledger: any Ledger) async throws -> Int {
        try await renew(ledger)
        let now = time.now()
        let oldest = inUse.firstExpiry
        return try await ledger.sweep(at: min(now, oldest.map { $0 - .nanoseconds(1) } ?? now))
    }

    /// Moves the expiry of the holds that are in use here and near their end, so that no process sweeps them.
    ///
    /// Every hold lasts for at least half of ``renewal`` afterwards: called more often than that, an exchange
    /// may last as long as it likes. ``sweep(_:)`` calls it. Returns how many it moved; throws what the
    /// ledger throws. Cancelling ends it before the next page of 500.
    @discardableResult
    public func renew(_ ledger: any Ledger) async throws -> Int {
        let now = time.now()
        let due = inUse.expiring(before: now + Settlements.renewal / 2)
        var rest = due[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let page = Array(rest.prefix(Settlements.renewalPageLimit))
            try await ledger.renew(page, until: now + Settlements.renewal)
            inUse.move(page, until: now + Settlements.renewal)
            rest = rest.dropFirst(page.count)
        }
        return due.count
    }

    /// Notes that a hold is in use, until it is settled or settling it was given up.
    func follow(_ hold: Hold) {
        inUse.add(hold)
    }

    /// Does a write in a task of its own, again and again until it succeeds or is given up. `tried` opens
    /// when that is over, or when it has failed for the first time. Then the hold isn't in use here any more.
    func start(_ write: LedgerWrite, tried: Latch) {
        tasks.start { [self] in
            await work(write, tried)
            if let id = write.holdID { inUse.remove(id) }
            tried.open()
        }
    }

    /// Tells that a hold was closed, and warns of a line that costs more than was held for it: a budget may
    /// be overshot by the difference.
    func closed(_ settlement: Settlement, holding upperBound: Money?) {
        listener.withLock { $0 }?()
        guard let held = upperBound, let charged = settlement.cost.upperBound, charged > held else { return }
        logger.warning(
            "An attempt cost more than the most that was held for it; look at its model's price and limits",
            metadata: [
                "hold": "\(settlement.holdID)", "cost": "\(settlement.cost)", "charged": "\(charged)",
                "held": "\(held)",
            ])
    }

    private func start(_ settlement: Settlement, _ ledger: any Ledger, tried: Latch) {
        let metadata: Logger.Metadata = [
            "hold": "\(settlement.holdID)", "outcome": "\(settlement.outcome.rawValue)",
            "cost": "\(settlement.cost)",
        ]
        let held = inUse.upperBound(of: settlement.holdID)
        let write = LedgerWrite("settle", holdID: settlement.holdID, metadata: metadata) { [self] attempt in
            if try await ledger.settle(settlement) {
                closed(settlement, holding: held)
            } else if attempt == 1 {
                logger.warning("The hold was closed before, by a sweep", metadata: metadata)
            }
        }
        start(write, tried: tried)
    }

    private func work(_ write: LedgerWrite, _ tried: Latch) async {
        var attempt = 1
        while true {
            do {
                return try await write.work(attempt)
            } catch {
                tried.open()
                logger.error("The ledger failed to \(write.verb): \(error)", metadata: write.metadata)
            }
            guard attempt < maximumAttempts else { break }
            // Cancelled by a shutdown whose patience is over: one last try, without waiting.
            let isLast = (try? await time.sleep(for: backoff.ceiling(afterAttempt: attempt))) == nil
            attempt = isLast ? maximumAttempts : attempt + 1
        }
        logger.critical(
            "A hold stays open until a sweep closes it as an estimate; look at the ledger",
            metadata: write.metadata)
    }
}

/// Something that must get into a ledger, tried as often as it takes.
struct LedgerWrite: Sendable {
    /// What it does, for the log: `settle`.
    let verb: String
    /// The hold that it is about; nil if that is found by the work itself.
    let holdID: SortableID?
    let metadata: Logger.Metadata
    /// Gets the number of the try, from 1.
    let work: @Sendable (Int) async throws -> Void

    init(
        _ verb: String, holdID: SortableID?, metadata: Logger.Metadata,
        work: @escaping @Sendable (Int) async throws -> Void
    ) {
        self.verb = verb
        self.holdID = holdID
        self.metadata = metadata
        self.work = work
    }
}
