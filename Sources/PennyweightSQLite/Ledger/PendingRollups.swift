internal import PennyweightLedger
internal import PennyweightTime

/// What the lines of a batch add to the totals by hour and by day; written once, before the commit.
struct PendingRollups {
    /// One row of totals.
    struct Cell: Hashable {
        let span: Int64
        let tag: Int64
        let start: Int64
        let subject: Int64
        let outcome: String
    }

    static let hour: Int64 = 3_600
    static let day: Int64 = 86_400
    /// The totals of all lines.
    static let allTags: Int64 = 0
    /// The totals of the lines that have any tag.
    static let anyTag: Int64 = -1

    private var kept: [Cell: Totals] = [:]
    private var latest: [(Cell, Totals)] = []
    /// Written by the latest write, and lost if that is undone.
    private var early: [Cell: Totals] = [:]

    /// Adds a line that was opened at a time.
    mutating func add(
        _ totals: Totals, subject: Int64, outcome: String, tags: [Int64], at time: Timestamp
    ) {
        for tag in [PendingRollups.allTags] + (tags.isEmpty ? [] : [PendingRollups.anyTag] + tags) {
            for (span, start) in [
                (PendingRollups.hour, time.hour.nanoseconds),
                (PendingRollups.day, time.day.start.nanoseconds),
            ] {
                let cell = Cell(span: span, tag: tag, start: start, subject: subject, outcome: outcome)
                latest.append((cell, totals))
            }
        }
    }

    mutating func keep() {
        for (cell, totals) in latest { kept[cell, default: Totals()] += totals }
        latest.removeAll(keepingCapacity: true)
        early.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        latest.removeAll(keepingCapacity: true)
        for (cell, totals) in early { kept[cell, default: Totals()] += totals }
        early.removeAll(keepingCapacity: true)
    }

    /// Writes what earlier writes of the batch add, for a write that reads the totals.
    mutating func writeEarly(to connection: Connection) throws {
        for (cell, totals) in kept { early[cell, default: Totals()] += totals }
        try write(to: connection)
    }

    /// Adds everything to the rows of the file.
    mutating func write(to connection: Connection) throws {
        for (cell, totals) in kept {
            let key: [SQLValue] = [
                .of(cell.span), .of(cell.tag), .of(cell.start), .of(cell.subject), .of(cell.outcome),
            ]
            var sum =
                try connection.statement(LedgerSchema.findRollup).first(key) { try $0.totals() } ?? Totals()
            sum += totals
            try connection.statement(LedgerSchema.setRollup).run(key + sum.columns)
        }
        kept.removeAll(keepingCapacity: true)
    }
}

extension Totals {
    /// The columns of a row of totals, in the order of `LedgerSchema.rollupColumns`.
    var columns: [SQLValue] {
        [calls, attempts, hits, unknown, input, cachedInput, output, reasoning].map { .of($0) }
            + [charged, avoided, estimatedLower, estimatedUpper, unknownHeld].flatMap(\.halves)
            + [.bytes(latency.bytes), .bytes(firstToken.bytes)]
    }
}

extension MoneyTotal {
    /// The two columns of a total: the upper counts 2³².
    var halves: [SQLValue] { [.of(Int64(picos >> 32)), .of(Int64(picos & 0xFFFF_FFFF))] }
}

extension Row {
    /// Reads the columns of `LedgerSchema.rollupColumns`.
    mutating func totals() throws -> Totals {
        var totals = Totals()
        try addTotals(to: &totals)
        return totals
    }

    /// Adds the columns of `LedgerSchema.rollupColumns`, without making histograms that are thrown away.
    mutating func addTotals(to sum: inout Totals) throws {
        sum += try counts()
        let isWhole =
            withBytes { sum.latency.merge(bytes: $0) } && withBytes { sum.firstToken.merge(bytes: $0) }
        _ = try present(isWhole ? true : nil)
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
