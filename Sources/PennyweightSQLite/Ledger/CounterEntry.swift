internal import PennyweightLedger
internal import PennyweightTime

extension LedgerCounters {
    /// What one hold means to one counter: enough to settle it, also after the budget has changed.
    struct Entry {
        /// Stands in place of a percentage for a refusal.
        static let refused = -1

        let counter: Int64
        /// What the hold is held and settled in.
        let bucket: Int64
        /// The first bucket of the window: an earlier one for a rolling period.
        let firstBucket: Int64
        /// Within which each event happens once.
        let occasion: Int64
        let resetsAt: Int64?
        let limit: Money
        let budget: String
        let counted: String
        let thresholds: [Int]

        init(_ claim: BudgetClaim, counter: Int64) {
            self.counter = counter
            bucket = claim.bucket?.nanoseconds ?? 0
            firstBucket = claim.window.start?.nanoseconds ?? 0
            occasion = claim.occasion?.nanoseconds ?? 0
            resetsAt = claim.window.end?.nanoseconds
            limit = claim.budget.limit
            budget = claim.budget.name
            counted = claim.counted.text
            thresholds = claim.budget.thresholds
        }

        /// Reads the columns of `LedgerSchema.countersOfHold`.
        init(_ row: inout Row) throws {
            counter = try row.integer()
            bucket = try row.integer()
            firstBucket = try row.integer()
            occasion = try row.integer()
            resetsAt = row.optionalInteger()
            limit = Money(picos: try row.integer())
            budget = try row.text()
            counted = try row.text()
            thresholds = try row.text().split(separator: " ").compactMap { Int($0) }
        }

        var columns: [SQLValue] {
            [
                .of(counter), .of(bucket), .of(firstBucket), .of(occasion), .of(resetsAt), .of(limit),
                .of(budget), .of(counted), .of(thresholds.map(String.init).joined(separator: " ")),
            ]
        }

        /// The last bucket of the window. A rolling period counts later ones, too: the clock may jump back.
        var lastBucket: Int64 { bucket == firstBucket ? bucket : .max }
    }
}
