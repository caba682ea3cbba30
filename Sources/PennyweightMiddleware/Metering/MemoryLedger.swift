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
        var closed: Set<SortableID> = []
        var lines: [Line] = []
        var savings: [Saving] = []
        var settled: [String: MoneyTotal] = [:]

        func balance(of account: String) -> Balance {
            let held = open.values.filter { $0.subject.account == account }
            return Balance(
                settled: settled[account] ?? .zero,
                held: held.compactMap(\.upperBound).reduce(.zero) { $0 + MoneyTotal($1) })
        }

        mutating func close(_ hold: Hold, with settlement: Settlement) {
            open[hold.id] = nil
            closed.insert(hold.id)
            lines.append(Line(hold: hold, settlement: settlement))
            settled[hold.subject.account, default: .zero] += Balance.charge(
                for: settlement.cost, held: hold.upperBound)
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

    public func reserve(_ hold: Hold) async throws {
        try state.withLock { state in
            guard !state.closed.contains(hold.id), state.open[hold.id] == nil else { return }
            try makeSure(state)
            if hold.limit != nil, let reason = state.balance(of: hold.subject.account).refusal(of: hold) {
                throw Failure(.overBudget, reason, wasNeverSent: true)
            }
            state.open[hold.id] = hold
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
            let lost = state.open.values.filter { $0.expiresAt <= time }.sorted { $0.id < $1.id }
            for hold in lost {
                state.close(hold, with: MemoryLedger.closing(hold, at: time))
            }
            return lost.count
        }
    }

    public func report(_ query: ReportQuery) async throws -> Report {
        let state = state.withLock { $0 }
        var tally = ReportTally(query)
        for line in state.lines { tally.add(line.hold, line.settlement) }
        for saving in state.savings { tally.add(saving) }
        return tally.report(openHolds: Int64(state.open.count))
    }

    private func makeSure(_ state: State) throws {
        guard state.open.count + state.lines.count + state.savings.count < limit else {
            throw Failure(
                .ledgerUnavailable,
                "The ledger in memory holds its \(limit) lines; raise the limit or use a file.")
        }
    }

    private static func closing(_ hold: Hold, at time: Timestamp) -> Settlement {
        let reason = "nobody settled the attempt before it expired"
        let cost: Cost =
            hold.upperBound.map { .estimated(lower: .zero, upper: $0, reason: reason) }
            ?? .unknown(reason: reason)
        return Settlement(holdID: hold.id, outcome: .abandoned, cost: cost, settledAt: time)
    }
}
