public import PennyweightLedger
public import PennyweightTime

extension SQLiteLedger {
    /// What a line costs more or less than it says.
    public struct Correction: Sendable, Hashable {
        /// The number of the line.
        public let line: Int64
        /// What the line and all its corrections should come to.
        public let target: Money
        /// The price that says so.
        public let priceVersion: String

        public init(line: Int64, target: Money, priceVersion: String) {
            self.line = line
            self.target = target
            self.priceVersion = priceVersion
        }
    }

    /// What a line's corrections add up to so far.
    ///
    /// Throws a `Failure` `storage` if they can't be read.
    public func corrections(of lines: [Int64]) throws -> [Int64: MoneyTotal] {
        try read { connection in
            let sum = try connection.statement(LedgerSchema.correctionsOfLine)
            var sums: [Int64: MoneyTotal] = [:]
            for line in lines {
                let amounts = try sum.all([.of(line)]) { Int128(try $0.integer()) }
                if !amounts.isEmpty { sums[line] = MoneyTotal(picos: amounts.reduce(0, +)) }
            }
            return sums
        }
    }

    /// Books one correction for each line that doesn't come to its target, all in one commit, and in the
    /// totals and the chain like every line. Returns how many it booked.
    ///
    /// The first correction of a line of unknown cost makes that known: reports and budgets no longer count
    /// it as unknown, nor what was held for it.
    ///
    /// What a line comes to is its exact cost, or nothing if that is unknown, and its corrections; estimated
    /// lines, savings and corrections are left alone. Doing it again books nothing, also if it is done twice
    /// at once. Throws a `Failure` `ledgerUnavailable` if it can't write: then none is booked.
    @discardableResult
    public func correct(_ corrections: [Correction], at time: Timestamp) async throws -> Int {
        let pen = try requirePen().ledger
        return try await write { _ in
            var booked = 0
            for correction in corrections {
                if try LedgerWriting(pen: pen).correct(correction, at: time) { booked += 1 }
            }
            return booked
        }
    }
}

extension LedgerWriting {
    /// Books a correction; false if the line comes to the target already, or can't be corrected.
    fileprivate func correct(_ correction: SQLiteLedger.Correction, at time: Timestamp) throws -> Bool {
        let connection = pen.connection
        let reading = LedgerReading(connection: connection)
        let found = try reading.lines(LedgerSchema.lines + " WHERE line.id = ?", [.of(correction.line)]).first
        let earlier = try connection.statement(LedgerSchema.correctionsOfLine)
            .all([.of(correction.line)]) { Int128(try $0.integer()) }
        guard let line = found, let gap = Gap(of: line, after: earlier, to: correction.target) else {
            return false
        }
        let keys = try connection.statement(LedgerSchema.keysOfLine).first([.of(line.number)]) { row in
            (subject: try row.integer(), call: try row.integer())
        }
        guard let keys else { return false }
        let tags = try connection.statement(LedgerSchema.tagsOfCall).all([.of(keys.call)]) {
            try $0.integer()
        }
        let booked = LedgerLine(
            number: 0, kind: .correction(of: line.number), callID: line.callID, at: line.at,
            subject: line.subject, cost: .exact(gap.amount), executedModel: line.executedModel,
            priceVersion: correction.priceVersion, settledAt: time, resolves: gap.resolves)
        try insert(
            booked, call: keys.call, subject: keys.subject, tags: tags, corrects: line.number)
        return true
    }
}

/// What an attempt's line lacks to what it should come to.
private struct Gap {
    let amount: Money
    /// The attempt, if its cost becomes known by this.
    let resolves: LedgerLine.Resolution?

    /// Nil if it lacks nothing, or can't be corrected. An unknown cost that turns out to be nothing is booked
    /// as well: it is known then.
    init?(of line: LedgerLine, after earlier: [Int128], to target: Money) {
        guard let outcome = line.outcome else { return nil }
        let exact = line.cost.exactAmount
        if exact == nil, line.cost.upperBound != nil { return nil }
        let isResolved = exact == nil && earlier.isEmpty
        let sum = earlier.reduce(Int128(exact?.picos ?? 0), +)
        let missing = Int128(target.picos) - sum
        guard missing != 0 || isResolved, let picos = Int64(exactly: missing) else { return nil }
        amount = Money(picos: picos)
        resolves = isResolved ? LedgerLine.Resolution(outcome: outcome, held: line.held) : nil
    }
}

extension LedgerSchema {
    static let keysOfLine = "SELECT subject, call FROM line WHERE id = ?"
    static let correctionsOfLine = "SELECT cost_lower FROM line WHERE corrects = ?"
}
