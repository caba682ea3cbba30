import PennyweightLedger
import PennyweightMiddleware
import PennyweightTime
import Synchronization

/// A ledger that asks before each operation, by its name, and keeps what it was asked for. What the hook
/// throws is what the operation throws.
final class HookedLedger: Ledger {
    private let inner: any Ledger
    private let hook: @Sendable (String) async throws -> Void
    private let renewals = Mutex<[[SortableID]]>([])
    let log = StageLog()

    init(_ inner: any Ledger, _ hook: @escaping @Sendable (String) async throws -> Void = { _ in }) {
        self.inner = inner
        self.hook = hook
    }

    /// The holds of each call of ``renew(_:until:)``.
    var renewed: [[SortableID]] { renewals.withLock { $0 } }

    private func enter(_ operation: String) async throws {
        log.add(operation)
        try await hook(operation)
    }

    func reserve(_ hold: Hold) async throws {
        try await enter("reserve")
        try await inner.reserve(hold)
    }

    func settle(_ settlement: Settlement) async throws -> Bool {
        try await enter("settle")
        return try await inner.settle(settlement)
    }

    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        inner.enqueue(saving, onFailure: onFailure)
    }

    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        try await enter("renew")
        renewals.withLock { $0.append(holds) }
        try await inner.renew(holds, until: expiry)
    }

    func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        try await enter("attach")
        try await inner.attach(job, to: hold)
    }

    func openHold(of job: ProviderJob) async throws -> Hold? {
        try await enter("openHold")
        return try await inner.openHold(of: job)
    }

    func sweep(at time: Timestamp) async throws -> Int {
        try await enter("sweep")
        return try await inner.sweep(at: time)
    }

    func balances(of claims: [BudgetClaim]) async throws -> [Balance] { try await inner.balances(of: claims) }
    func events(limit: Int) async throws -> [BudgetEvent] { try await inner.events(limit: limit) }
    func confirm(_ event: SortableID) async throws { try await inner.confirm(event) }
    func calibrations() async throws -> [Calibration] { try await inner.calibrations() }
    func report(_ query: ReportQuery) async throws -> Report { try await inner.report(query) }
}
