public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// A ledger in memory, for programs that want no file and for tests: what it knows ends with the process.
///
/// ```swift
/// let ledger = MemoryLedger(limit: 100_000)
/// ```
///
/// It keeps every line, about a kilobyte each. When it holds `limit` of them, it refuses to reserve, and
/// nothing more is spent.
public final class MemoryLedger: Ledger {
    struct Line {
        let hold: Hold
        let settlement: Settlement
    }

    struct State {
        var open: [SortableID: Hold] = [:]
        var expiries: [SortableID: Timestamp] = [:]
        var jobs: [ProviderJob: SortableID] = [:]
        /// The keys of `jobs`, oldest first.
        var jobOrder: [ProviderJob] = []
        var closed: Set<SortableID> = []
        var lines: [Line] = []
        var savings: [Saving] = []
        var origins: [SortableID: CallOrigin] = [:]
        var counters = MemoryCounters()

        /// What a claim's counter stands at; one that is new begins with what was settled and held before.
        mutating func balance(of claim: BudgetClaim) -> Balance {
            if counters.isNew(claim) { counters.begin(claim, lines: lines, open: open.values) }
            return counters.balance(of: claim)
        }

        mutating func close(_ hold: Hold, with settlement: Settlement) {
            open[hold.id] = nil
            expiries[hold.id] = nil
            closed.insert(hold.id)
            lines.append(Line(hold: hold, settlement: settlement))
            counters.close(hold, settlement.cost, at: settlement.settledAt)
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    public init(limit: Int) {
        self.limit = limit
    }

    /// The attempts that are open right now, oldest first.
    public var openHolds: [Hold] { state.withLock { $0.open.values.sorted { $0.id < $1.id } } }

    /// The lines of attempts, in the order in which they were settled.
    public var settlements: [Settlement] { state.withLock { $0.lines.map(\.settlement) } }

    /// The holds of ``settlements``, in the same order.
    public var settledHolds: [Hold] { state.withLock { $0.lines.map(\.hold) } }

    /// The lines of calls that were answered without an attempt.
    public var savings: [Saving] { state.withLock { $0.savings } }

    /// The jobs that were noted, oldest first.
    var jobRecords: [JobRecord] {
        state.withLock { state in
            let closed = Dictionary(state.lines.map { ($0.hold.id, $0.hold) }) { first, _ in first }
            return state.jobOrder.compactMap { job in
                guard let id = state.jobs[job], let hold = state.open[id] ?? closed[id] else { return nil }
                return JobRecord(job: job, hold: hold, isOpen: state.open[id] != nil)
            }
        }
    }

    public func reserve(_ hold: Hold) async throws {
        try state.withLock { state in
            guard !state.closed.contains(hold.id), state.open[hold.id] == nil else { return }
            try makeSure(state)
            var refusal: String?
            for claim in hold.claims {
                let balance = state.balance(of: claim)
                guard let reason = balance.refusal(of: hold.upperBound, by: claim) else { continue }
                state.counters.tell(.refused, claim, hold.id, at: hold.openedAt)
                refusal = refusal ?? reason
            }
            if let refusal { throw Failure(.overBudget, refusal, wasNeverSent: true) }
            state.open[hold.id] = hold
            state.expiries[hold.id] = hold.expiresAt
            state.counters.hold(hold)
        }
    }

    @discardableResult
    public func settle(_ settlement: Settlement) async throws -> Bool {
        try state.withLock { state in
            if state.closed.contains(settlement.holdID) { return false }
            guard let hold = state.open[settlement.holdID] else {
                throw Failure(
                    .storage, "The ledger has no hold \(settlement.holdID) to settle; reserve it first.")
            }
            state.close(hold, with: settlement)
            return true
        }
    }

    public func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        do {
            try state.withLock { state in
                try makeSure(state)
                state.savings.append(saving)
            }
        } catch {
            onFailure(error)
        }
    }

    @discardableResult
    public func sweep(at time: Timestamp) async throws -> Int {
        state.withLock { state in
            let lost = state.open.values.filter { state.expiries[$0.id] ?? $0.expiresAt <= time }.sorted {
                $0.id < $1.id
            }
            for hold in lost {
                state.close(
                    hold,
                    with: .abandoning(
                        hold, because: "nobody settled the attempt before it expired", at: time))
            }
            return lost.count
        }
    }

    public func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        state.withLock { state in
            for id in holds where state.open[id] != nil {
                state.expiries[id] = max(expiry, state.expiries[id] ?? expiry)
            }
        }
    }

    public func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        state.withLock { state in
            guard state.open[hold] != nil, state.jobs[job] == nil else { return }
            state.jobs[job] = hold
            state.jobOrder.append(job)
        }
    }

    public func openHold(of job: ProviderJob) async throws -> Hold? {
        state.withLock { state in state.jobs[job].flatMap { state.open[$0] } }
    }

    public func balances(of claims: [BudgetClaim]) async throws -> [Balance] {
        state.withLock { state in claims.map { state.balance(of: $0) } }
    }

    public func events(limit: Int) async throws -> [BudgetEvent] {
        state.withLock { Array($0.counters.events.prefix(limit)) }
    }

    public func confirm(_ event: SortableID) async throws {
        state.withLock { $0.counters.confirm(event) }
    }

    /// Nothing: what is known of models ends with the process, and so do the lines here.
    public func calibrations() async throws -> [Calibration] { [] }

    public func report(_ query: ReportQuery) async throws -> Report {
        let state = state.withLock { $0 }
        var tally = ReportTally(query)
        for line in state.lines { tally.add(LedgerLine(number: 0, line.hold, line.settlement)) }
        for saving in state.savings { tally.add(LedgerLine(number: 0, saving)) }
        return tally.report(openHolds: Int64(state.open.count))
    }

    /// Keeps a call that was refused.
    func note(_ refusal: RefusedCall) throws {
        try state.withLock { state in
            guard state.closed.insert(refusal.id).inserted else { return }
            try makeSure(state)
            state.lines.append(Line(hold: refusal.hold, settlement: refusal.settlement))
        }
    }

    /// Keeps where a call belongs.
    func note(_ origin: CallOrigin) throws {
        try state.withLock { state in
            try makeSure(state)
            if state.origins.count < limit, state.origins[origin.callID] == nil {
                state.origins[origin.callID] = origin
            }
        }
    }

    func origin(of call: SortableID) -> CallOrigin? { state.withLock { $0.origins[call] } }

    private func makeSure(_ state: State) throws {
        guard state.open.count + state.lines.count + state.savings.count < limit else {
            throw Failure(
                .ledgerUnavailable,
                "The ledger in memory holds its \(limit) lines; raise the limit or use a file.")
        }
    }
}
