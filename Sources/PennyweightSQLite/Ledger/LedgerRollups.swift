internal import PennyweightLedger
internal import PennyweightTime

/// The totals by hour and by day as a whole: made anew out of the lines.
enum LedgerRollups {
    /// Lines whose sums are held in memory before they are written.
    static let page: Int64 = 20_000

    /// Adds all lines up anew, inside a transaction that the caller holds: for a file of a version that kept
    /// no totals, and for one whose totals are wrong. Memory does not grow with the lines.
    static func rebuild(_ connection: Connection) throws {
        try connection.execute("DELETE FROM rollup")
        var last: Int64 = 0
        while true {
            var pending = PendingRollups()
            var count: Int64 = 0
            try connection.statement(LedgerSchema.linesToAdd).forEach([.of(last), .of(page)]) { row in
                last = try row.integer()
                count += 1
                try add(&row, to: &pending, connection)
            }
            pending.keep()
            try pending.write(to: connection)
            guard count == page else { return }
        }
    }

    /// Takes attempts whose unknown cost was corrected from those of unknown cost, in totals of version 2,
    /// which left them there.
    static func addResolutions(_ connection: Connection) throws {
        var pending = PendingRollups()
        try connection.statement(LedgerSchema.correctionsToAdd).forEach([]) { row in
            _ = try row.integer()
            try add(&row, to: &pending, connection) { $0.resolves == nil ? [] : $0.entries.suffix(1) }
        }
        pending.keep()
        try pending.write(to: connection)
    }

    /// Adds a row of `LedgerSchema.linesToAdd`, from its second column on.
    private static func add(
        _ row: inout Row, to pending: inout PendingRollups, _ connection: Connection,
        _ entries: (LedgerLine) -> [(outcome: String, totals: Totals)] = { $0.entries }
    ) throws {
        let (subject, call) = (try row.integer(), try row.integer())
        let line = try row.lineToAdd()
        let tags = try connection.statement(LedgerSchema.tagsOfCall).all([.of(call)]) { try $0.integer() }
        for (outcome, totals) in entries(line) {
            pending.add(subject: subject, outcome: outcome, tags: tags, at: line.at) { $0 += totals }
        }
    }
}

extension Row {
    /// Reads the columns of `LedgerSchema.lineSums` from the fourth on: as much of a line as `Totals` needs;
    /// the rest is empty.
    mutating func lineToAdd() throws -> LedgerLine {
        let (kind, at) = (try text(), try timestamp())
        let outcome = optionalText().flatMap(Outcome.init(rawValue:))
        let source = optionalText().flatMap(Saving.Source.init(rawValue:))
        let avoided = try optionalCost()
        let cost = try cost()
        let (held, attempt) = (optionalMoney(), optionalInteger())
        let (firstTokenAt, settledAt) = (optionalTimestamp(), try timestamp())
        var tokens = TokenUsage()
        tokens.input = optionalInteger()
        tokens.cachedInput = optionalInteger()
        tokens.output = optionalInteger()
        tokens.reasoning = optionalInteger()
        let resolution = try optionalResolution()
        let none = SortableID(high: 0, low: 0)
        let lineKind: LedgerLine.Kind =
            switch kind {
            case "saving": .saving(source: try present(source), avoided: try present(avoided))
            case "correction": .correction(of: 0)
            default:
                .attempt(holdID: none, number: Int(try present(attempt)), outcome: try present(outcome))
            }
        return LedgerLine(
            number: 0, kind: lineKind, callID: none, at: at,
            subject: Subject(account: "", provider: "", model: "", route: ""), cost: cost, held: held,
            usage: Usage(tokens: tokens), firstTokenAt: firstTokenAt, settledAt: settledAt,
            resolves: resolution)
    }

    /// Reads the columns of `LedgerSchema.resolution`.
    mutating func optionalResolution() throws -> LedgerLine.Resolution? {
        let (outcome, held) = (optionalText(), optionalMoney())
        return try outcome.map {
            LedgerLine.Resolution(outcome: try present(Outcome(rawValue: $0)), held: held)
        }
    }
}
