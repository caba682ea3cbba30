public import PennyweightTime

extension Totals {
    /// What one line adds: an attempt that was opened at `at`, a call that needed none, or a correction,
    /// which takes an attempt that it resolves from those of unknown cost.
    public init(_ line: LedgerLine) {
        self.init()
        add(line)
    }

    /// Adds one line, without making its totals first.
    public mutating func add(_ line: LedgerLine) {
        switch line.kind {
        case .saving(let source, let avoided):
            // The attempt of the same call counts it.
            if source != .partial {
                calls += 1
                hits += 1
            }
            if let amount = avoided.exactAmount { self.avoided += MoneyTotal(amount) }
            return
        case .attempt(_, let number, _):
            addAttempt(number, from: line.at, firstTokenAt: line.firstTokenAt, settledAt: line.settledAt)
        case .correction:
            if let attempt = line.resolves { self += Totals(resolving: attempt) }
        }
        add(line.cost, held: line.held)
        add(line.usage?.tokens)
    }

    /// Adds the line that a settlement makes of the attempt with this number, bound and opening.
    public mutating func add(
        _ settlement: Settlement, attempt: Int, held: Money?, openedAt: Timestamp
    ) {
        addAttempt(
            attempt, from: openedAt, firstTokenAt: settlement.firstTokenAt, settledAt: settlement.settledAt)
        add(settlement.cost, held: held)
        add(settlement.usage?.tokens)
    }

    private mutating func addAttempt(
        _ number: Int, from start: Timestamp, firstTokenAt: Timestamp?, settledAt: Timestamp
    ) {
        calls += number == 1 ? 1 : 0
        attempts += 1
        latency.record(settledAt - start)
        if let firstTokenAt { firstToken.record(firstTokenAt - start) }
    }

    private mutating func add(_ cost: Cost, held: Money?) {
        switch cost {
        case .exact(let amount): charged += MoneyTotal(amount)
        case .estimated(let lower, let upper, _):
            estimatedLower += MoneyTotal(lower)
            estimatedUpper += MoneyTotal(upper)
        case .unknown:
            unknown += 1
            unknownHeld += MoneyTotal(held ?? .zero)
        }
    }

    private mutating func add(_ tokens: TokenUsage?) {
        guard let tokens else { return }
        input = Totals.saturated(input, max(0, tokens.input ?? 0))
        cachedInput = Totals.saturated(cachedInput, max(0, tokens.cachedInput ?? 0))
        output = Totals.saturated(output, max(0, tokens.output ?? 0))
        reasoning = Totals.saturated(reasoning, max(0, tokens.reasoning ?? 0))
    }

    /// What an attempt loses whose cost was unknown and is known now.
    fileprivate init(resolving attempt: LedgerLine.Resolution) {
        unknown = -1
        unknownHeld = MoneyTotal(picos: -Int128(attempt.held?.picos ?? 0))
    }
}

extension LedgerLine {
    /// What the line adds to reports, by outcome: a correction that resolves an attempt also changes the
    /// totals of that one's outcome.
    public var entries: [(outcome: String, totals: Totals)] {
        let outcome = ReportQuery.Grouping.outcome.groups(of: self)[0]
        guard let attempt = resolves else { return [(outcome, Totals(self))] }
        let resolution = Totals(resolving: attempt)
        var own = Totals(self)
        own.subtract(resolution)
        return [(outcome, own), (attempt.outcome.rawValue, resolution)]
    }
}
