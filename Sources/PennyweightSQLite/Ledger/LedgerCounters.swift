internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

/// The counters of budgets, inside a transaction that the caller holds.
///
/// A counter holds what open attempts are bounded by, and, by bucket, what lines charge. Each opening of the
/// ledger derives a counter once from the lines and the open holds, when it first needs it: another process
/// may not have known the budget.
struct LedgerCounters {
    let pen: LedgerPen

    private var connection: Connection { pen.connection }

    /// Why a hard budget forbids a hold, the first of them; notes the refusal of each that does, once a
    /// period. Nil if all allow it.
    func refusal(of hold: Hold) throws -> String? {
        var first: String?
        for claim in hold.claims {
            let entry = Entry(claim, counter: try number(of: claim))
            let balance = try balance(entry)
            guard let reason = balance.refusal(of: hold.upperBound, by: claim) else { continue }
            try tell(entry, percent: Entry.refused, balance, by: hold.id, at: hold.openedAt)
            first = first ?? reason
        }
        return first
    }

    /// Holds an attempt's bound in each of its counters.
    func hold(_ hold: Hold, row: Int64) throws {
        for claim in hold.claims {
            try add(Entry(claim, counter: try number(of: claim)), of: row, bound: hold.upperBound)
        }
    }

    /// Moves an attempt from held to settled, and tells the thresholds that were reached.
    func settle(_ hold: HoldToSettle, charge: MoneyTotal, at time: Timestamp) throws {
        guard try pen.counters.isAny(in: connection) else { return }
        let find = try connection.statement(LedgerSchema.countersOfHold)
        let entries = try find.all(.of(hold.row)) { try Entry(&$0) }
        guard !entries.isEmpty else { return }
        for entry in entries {
            try change(entry.counter, entry.bucket) { bucket in
                bucket.held += MoneyTotal(picos: -Int128(hold.upperBound?.picos ?? 0))
                bucket.settled += charge
            }
            let balance = try balance(entry)
            let budget = Budget(name: entry.budget, limit: entry.limit, thresholds: entry.thresholds)
            for percent in balance.reached(of: budget) {
                try tell(entry, percent: percent, balance, by: hold.id, at: time)
            }
        }
        try connection.statement(LedgerSchema.deleteHoldCounters).run(.of(hold.row))
    }

    /// What a claim's counter has settled and holds; brings it in step first.
    func balance(of claim: BudgetClaim) throws -> Balance {
        try balance(Entry(claim, counter: number(of: claim)))
    }

    private func balance(_ entry: Entry) throws -> Balance {
        try sum(entry.counter, from: entry.firstBucket, to: entry.lastBucket)
    }

    private func sum(_ counter: Int64, from: Int64, to: Int64) throws -> Balance {
        var sum = Balance()
        try connection.statement(LedgerSchema.bucketsFrom).forEach([.of(counter), .of(from), .of(to)]) {
            row in
            sum.settled += MoneyTotal(picos: try row.splitSum())
            sum.held += MoneyTotal(picos: try row.splitSum())
        }
        return sum
    }

    private func change(_ counter: Int64, _ bucket: Int64, _ change: (inout Balance) -> Void) throws {
        var balance = try sum(counter, from: bucket, to: bucket)
        change(&balance)
        try connection.statement(LedgerSchema.setBucket).run(
            [.of(counter), .of(bucket)] + balance.settled.halves + balance.held.halves)
    }

    /// Notes that an open hold draws on a counter.
    private func add(_ entry: Entry, of row: Int64, bound: Money?) throws {
        try connection.statement(LedgerSchema.insertHoldCounter).run([.of(row)] + entry.columns)
        try change(entry.counter, entry.bucket) { $0.held += MoneyTotal(bound ?? .zero) }
    }

    private func tell(
        _ entry: Entry, percent: Int, _ balance: Balance, by hold: SortableID, at time: Timestamp
    ) throws {
        // Distinct for each counter and percentage of one hold, and the same if the write is repeated.
        let id = SortableID(
            high: hold.high, low: hold.low ^ (UInt64(bitPattern: entry.counter) << 8 | UInt64(percent + 2)))
        let mark: [SQLValue] = [.of(id), .of(entry.counter), .of(entry.occasion), .of(percent)]
        let find = try connection.statement(LedgerSchema.findEvent)
        guard try find.first(mark, read: { try $0.integer() }) == nil else { return }
        let event = try pen.insert(
            .budgetEvent,
            mark + [.of(entry.budget), .of(entry.counted), .of(entry.limit)]
                + balance.settled.halves + balance.held.halves + [.of(entry.resetsAt), .of(time)])
        try connection.statement(LedgerSchema.insertOpenEvent).run(.of(event), .of(pen.epoch))
    }

    // MARK: Bringing a counter in step

    private func number(of claim: BudgetClaim) throws -> Int64 {
        let name = claim.counter
        if let known = pen.counters.numbers[name] { return known }
        let find = try connection.statement(LedgerSchema.findCounter)
        let counter =
            try find.first([.of(name)]) { try $0.integer() }
            ?? connection.statement(LedgerSchema.insertCounter).first([.of(name)]) { try $0.integer() } ?? 0
        let isInStep =
            try connection.statement(LedgerSchema.findEpoch)
            .first([.of(counter), .of(pen.epoch)]) { try $0.integer() } != nil
        if !isInStep {
            try derive(counter, claim)
            try connection.statement(LedgerSchema.insertCounterEpoch).run(.of(counter), .of(pen.epoch))
        }
        pen.counters.note(name, counter)
        return counter
    }

    private func derive(_ counter: Int64, _ claim: BudgetClaim) throws {
        try pen.rollups.writeEarly(to: connection)
        try connection.statement(LedgerSchema.forgetBuckets).run(.of(counter))
        for (time, charge) in try charges(claim) {
            let bucket = claim.budget.period.bucket(at: time)?.nanoseconds ?? 0
            try change(counter, bucket) { $0.settled += charge }
        }
        for hold in try openHolds() where claim.counted.counted(for: hold.subject) != nil {
            let past = BudgetClaim(budget: claim.budget, counted: claim.counted, openedAt: hold.openedAt)
            let find = try connection.statement(LedgerSchema.numberOfHold)
            guard let row = try find.first([.of(hold.id)], read: { try $0.integer() }) else { continue }
            try add(Entry(past, counter: counter), of: row, bound: hold.upperBound)
        }
    }

    private func openHolds() throws -> [Hold] {
        let reading = LedgerReading(connection: connection)
        return try reading.holds(LedgerSchema.openHoldsWithSubjects, [])
    }

    /// How much of the time before its window a counter knows as well: a clock that is set back by less looks
    /// at a window that was over.
    private static let margin = Duration.seconds(86_400)

    /// What the lines of a counter's scope and window charge, by time.
    private func charges(_ claim: BudgetClaim) throws -> [(Timestamp, MoneyTotal)] {
        let scope = claim.counted
        let start = claim.window.start.map { ($0 - LedgerCounters.margin).nanoseconds } ?? 0
        let filter: [SQLValue] = [
            .of(scope.account), .of(scope.key), .of(scope.model), .of(scope.includesBelow ? 1 : 0),
        ]
        if let user = scope.user {
            let sql = user.isEmpty ? LedgerSchema.chargedWithoutUser : LedgerSchema.chargedByUser
            let found = try connection.statement(sql)
                .all([.of(user), .of(start), .of(0)] + filter) { row in
                    (try row.timestamp(), MoneyTotal(picos: Int128(try row.integer())), try row.integer())
                }
            return try found.filter { try scope.tag == nil || hasTag(scope.tag, call: $0.2) }
                .map { ($0.0, $0.1) }
        }
        let tag = try scope.tag.map { try tagNumber($0) } ?? PendingRollups.allTags
        guard let tag else { return [] }
        let isRolling = claim.bucket != claim.window.start
        let span = isRolling ? PendingRollups.hour : PendingRollups.day
        return try connection.statement(LedgerSchema.chargedByTime)
            .all([.of(span), .of(tag), .of(start)] + filter) { row in
                (try row.timestamp(), MoneyTotal(picos: try row.splitSum()))
            }
    }

    private func tagNumber(_ tag: BudgetScope.Tag) throws -> Int64? {
        try connection.statement(LedgerSchema.findTag).first([.of(tag.name), .of(tag.value)]) {
            try $0.integer()
        }
    }

    private func hasTag(_ tag: BudgetScope.Tag?, call: Int64) throws -> Bool {
        guard let tag, let number = try tagNumber(tag) else { return tag == nil }
        return try connection.statement(LedgerSchema.tagsOfCall).all([.of(call)]) { try $0.integer() }
            .contains(number)
    }
}
