internal import PennyweightLedger

// How totals lie in columns.

extension Binding {
    /// Puts the columns of a row of totals in, in the order of `LedgerSchema.totalColumns`.
    mutating func put(_ totals: Totals) {
        put(totals.calls)
        put(totals.attempts)
        put(totals.hits)
        put(totals.unknown)
        put(totals.input)
        put(totals.cachedInput)
        put(totals.output)
        put(totals.reasoning)
        put(totals.charged)
        put(totals.avoided)
        put(totals.estimatedLower)
        put(totals.estimatedUpper)
        put(totals.unknownHeld)
        put(totals.latency.bytes)
        put(totals.firstToken.bytes)
    }

    private mutating func put(_ total: MoneyTotal) {
        put(Int64(total.picos >> 32))
        put(Int64(total.picos & 0xFFFF_FFFF))
    }
}

extension MoneyTotal {
    /// The two columns of a total: the upper counts 2³².
    var halves: [SQLValue] { [.of(Int64(picos >> 32)), .of(Int64(picos & 0xFFFF_FFFF))] }
}

extension Row {
    /// Reads the columns of `LedgerSchema.rollupColumns`.
    mutating func totals() throws -> Totals {
        var sum = RollupSum()
        try addTotals(to: &sum)
        return sum.totals
    }

    /// Adds the columns of `LedgerSchema.rollupColumns`, without making histograms that are thrown away.
    mutating func addTotals(to sum: inout RollupSum) throws {
        let counts = try counts()
        try sum.add(counts) { totals in
            let isWhole =
                withBytes { totals.latency.merge(bytes: $0) }
                && withBytes { totals.firstToken.merge(bytes: $0) }
            _ = try present(isWhole ? true : nil)
        }
    }

    private mutating func counts() throws -> Totals {
        var totals = Totals()
        totals.calls = try integer()
        totals.attempts = try integer()
        totals.hits = try integer()
        totals.unknown = try integer()
        totals.input = try integer()
        totals.cachedInput = try integer()
        totals.output = try integer()
        totals.reasoning = try integer()
        totals.charged = MoneyTotal(picos: try splitSum())
        totals.avoided = MoneyTotal(picos: try splitSum())
        totals.estimatedLower = MoneyTotal(picos: try splitSum())
        totals.estimatedUpper = MoneyTotal(picos: try splitSum())
        totals.unknownHeld = MoneyTotal(picos: try splitSum())
        return totals
    }
}
