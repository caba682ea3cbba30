public import Logging
public import Metrics
public import PennyweightLedger
public import PennyweightTime
private import Synchronization

/// Tells what happens to budgets: each event as one log line, one count of the metric
/// `pennyweight.budget.events`, and one webhook if there is a receiver.
///
/// ```swift
/// let notices = BudgetNotices(
///     ledger: ledger, webhook: nil, metrics: MetricsSystem.factory, logger: logger, time: time)
/// await notices.run()  // until its task is cancelled
/// ```
///
/// It reads the ledger on its own, once a second and soon after ``wake()``: no call ever waits for it. An
/// event is confirmed once its webhook was delivered, or given up and logged; a process that dies before
/// that tells it again, with the same identifier.
public final class BudgetNotices: Sendable {
    private struct State {
        /// What was logged and counted, and is not confirmed yet.
        var announced: Set<SortableID> = []
        var isAwake = false
        var nap: Task<Void, Never>?
        var isLedgerBroken = false
    }

    /// How many events are looked at in one go; further ones wait until these are confirmed.
    static let batchLimit = 256
    /// The shortest and the longest time between two looks.
    static let pauses = (least: Duration.milliseconds(100), most: Duration.seconds(1))

    private let ledger: any Ledger
    private let webhook: Webhook?
    private let metrics: any MetricsFactory
    private let logger: Logger
    private let time: any TimeSource
    private let state = Mutex(State())

    public init(
        ledger: any Ledger, webhook: Webhook?, metrics: any MetricsFactory, logger: Logger,
        time: any TimeSource
    ) {
        self.ledger = ledger
        self.webhook = webhook
        self.metrics = metrics
        self.logger = logger
        self.time = time
    }

    /// Tells what happens until its task is cancelled. Webhooks go out one after the other, beside everything
    /// else.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.announce() }
            if let webhook = self.webhook { group.addTask { await self.deliver(webhook) } }
        }
    }

    /// Asks for a look at the ledger soon: something was settled. Returns at once; any thread may call it.
    public func wake() {
        state.withLock { state in
            state.isAwake = true
            state.nap?.cancel()
        }
    }

    /// Logs and counts what the ledger has not told yet, once; for the end of a process, after the last call.
    public func announceOnce() async {
        let events = await pending()
        for event in events { announce(event) }
        state.withLock { $0.announced.formIntersection(events.map(\.id)) }
        guard webhook == nil else { return }
        for event in events { await confirm(event) }
    }

    private func announce() async {
        while !Task.isCancelled {
            await announceOnce()
            guard (try? await time.sleep(for: BudgetNotices.pauses.least)) != nil else { return }
            await nap(BudgetNotices.pauses.most - BudgetNotices.pauses.least)
        }
    }

    private func deliver(_ webhook: Webhook) async {
        while !Task.isCancelled {
            guard let event = await pending().first else {
                guard (try? await time.sleep(for: BudgetNotices.pauses.most)) != nil else { return }
                continue
            }
            announce(event)
            // Cancelled: it stays unconfirmed, and the next process tells it.
            guard let isDelivered = try? await webhook.deliver(event, logger: logger) else { return }
            if !isDelivered {
                logger.error("A webhook is given up.", metadata: event.metadata)
            }
            await confirm(event)
        }
    }

    private func announce(_ event: BudgetEvent) {
        guard state.withLock({ $0.announced.insert(event.id).inserted }) else { return }
        logger.log(level: event.logLevel, event.logMessage, metadata: event.metadata)
        Counter(
            label: "pennyweight.budget.events",
            dimensions: [("budget", event.budget), ("kind", event.label)], factory: metrics
        ).increment()
    }

    private func pending() async -> [BudgetEvent] {
        do {
            let events = try await ledger.events(limit: BudgetNotices.batchLimit)
            state.withLock { $0.isLedgerBroken = false }
            return events
        } catch {
            reportBroken(error)
            return []
        }
    }

    /// An event that can't be confirmed is told again later; its announcement is remembered.
    private func confirm(_ event: BudgetEvent) async {
        do {
            try await ledger.confirm(event.id)
        } catch {
            reportBroken(error)
            // A ledger that reads but doesn't write would otherwise be asked without a pause.
            try? await time.sleep(for: BudgetNotices.pauses.most)
        }
    }

    /// Logs once for each time that the ledger breaks, not once a second.
    private func reportBroken(_ error: any Error) {
        let isNews = state.withLock { state in
            defer { state.isLedgerBroken = true }
            return !state.isLedgerBroken
        }
        guard isNews, !(error is CancellationError) else { return }
        logger.error("The events of budgets can't be read or confirmed.", metadata: ["error": "\(error)"])
    }

    /// Sleeps, but not through ``wake()``.
    private func nap(_ duration: Duration) async {
        let nap = Task { [time] in _ = try? await time.sleep(for: duration) }
        let isAwake = state.withLock { state in
            defer { state.isAwake = false }
            if !state.isAwake { state.nap = nap }
            return state.isAwake
        }
        if isAwake { nap.cancel() }
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        state.withLock { state in
            state.nap = nil
            state.isAwake = false
        }
    }
}
