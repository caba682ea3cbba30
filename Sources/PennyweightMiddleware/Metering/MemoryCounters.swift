internal import PennyweightLedger
internal import PennyweightTime

/// The counters of budgets in memory: what each has settled and holds, bucket by bucket.
struct MemoryCounters {
    private struct Told: Hashable {
        let counter: String
        let occasion: Timestamp?
        let kind: BudgetEvent.Kind
    }

    private var buckets: [String: [Timestamp?: Balance]] = [:]
    /// What open holds draw on beside their own claims: counters that began after them.
    private var later: [SortableID: [BudgetClaim]] = [:]
    private var told: Set<Told> = []
    private(set) var events: [BudgetEvent] = []

    /// True if the counter was never asked for.
    func isNew(_ claim: BudgetClaim) -> Bool { buckets[claim.counter] == nil }

    /// Begins a counter with what the lines and the open holds say that its scope covers.
    mutating func begin(_ claim: BudgetClaim, lines: [MemoryLedger.Line], open: some Sequence<Hold>) {
        buckets[claim.counter] = [:]
        let claimed = { (hold: Hold) -> BudgetClaim? in
            guard claim.counted.counted(for: hold.subject) != nil else { return nil }
            return BudgetClaim(budget: claim.budget, counted: claim.counted, openedAt: hold.openedAt)
        }
        for line in lines {
            guard let past = claimed(line.hold) else { continue }
            change(past) {
                $0.settled += Balance.charge(for: line.settlement.cost, held: line.hold.upperBound)
            }
        }
        for hold in open {
            guard let past = claimed(hold) else { continue }
            change(past) { $0.held += MoneyTotal(hold.upperBound ?? .zero) }
            later[hold.id, default: []].append(past)
        }
    }

    func balance(of claim: BudgetClaim) -> Balance {
        let buckets = buckets[claim.counter] ?? [:]
        guard case .rolling = claim.budget.period, let start = claim.window.start else {
            return buckets[claim.bucket] ?? Balance()
        }
        return buckets.reduce(into: Balance()) { sum, bucket in
            guard let hour = bucket.key, hour >= start else { return }
            sum.settled += bucket.value.settled
            sum.held += bucket.value.held
        }
    }

    mutating func hold(_ hold: Hold) {
        for claim in hold.claims { change(claim) { $0.held += MoneyTotal(hold.upperBound ?? .zero) } }
    }

    /// Moves a hold from held to settled, and tells the thresholds that were reached.
    mutating func close(_ hold: Hold, _ cost: Cost, at time: Timestamp) {
        for claim in hold.claims + (later.removeValue(forKey: hold.id) ?? []) {
            change(claim) { balance in
                balance.held += MoneyTotal(picos: -Int128(hold.upperBound?.picos ?? 0))
                balance.settled += Balance.charge(for: cost, held: hold.upperBound)
            }
            for percent in balance(of: claim).reached(of: claim.budget) {
                tell(.threshold(percent: percent), claim, hold.id, at: time)
            }
        }
    }

    mutating func confirm(_ id: SortableID) {
        events.removeAll { $0.id == id }
    }

    /// Makes an event, unless this occasion has had it.
    mutating func tell(_ kind: BudgetEvent.Kind, _ claim: BudgetClaim, _ hold: SortableID, at time: Timestamp)
    {
        let occasion = Told(counter: claim.counter, occasion: claim.occasion, kind: kind)
        guard told.insert(occasion).inserted else { return }
        events.append(
            BudgetEvent(
                id: SortableID(high: hold.high, low: hold.low ^ UInt64(told.count)), kind: kind,
                budget: claim.budget.name, counted: claim.counted.text, limit: claim.budget.limit,
                balance: balance(of: claim), resetsAt: claim.window.end, at: time))
    }

    private mutating func change(_ claim: BudgetClaim, _ change: (inout Balance) -> Void) {
        change(&buckets[claim.counter, default: [:]][claim.bucket, default: Balance()])
    }
}
