public import PennyweightTime

/// What a report covers and how it groups.
public struct ReportQuery: Sendable, Hashable {
    /// What one row of a report stands for.
    public enum Grouping: String, Sendable, Hashable, CaseIterable {
        /// The model that ran, or that was asked for if none did.
        case model
        /// The UTC day of the call, `YYYY-MM-DD`.
        case day
        /// The caller's key label; `(none)` without one.
        case key
        /// `name=value`; a call with two tags counts in both rows, one without in `(none)`. Totals count it
        /// once.
        case tag
    }

    public var grouping: Grouping
    /// Only calls from this point on; nil for all.
    public var since: Timestamp?

    public init(by grouping: Grouping, since: Timestamp? = nil) {
        self.grouping = grouping
        self.since = since
    }
}

/// Totals of a ledger, by group.
public struct Report: Sendable, Hashable {
    public var grouping: ReportQuery.Grouping
    /// Sorted by charged, greatest first, then by name; days by date.
    public var rows: [Row]
    /// Each call once, whatever the grouping.
    public var total: Totals
    /// Attempts that are open right now: reserved, not settled.
    public var openHolds: Int64

    public init(grouping: ReportQuery.Grouping, rows: [Row], total: Totals, openHolds: Int64) {
        self.grouping = grouping
        self.rows = rows
        self.total = total
        self.openHolds = openHolds
    }

    /// The totals of one group.
    public struct Row: Sendable, Hashable {
        public var group: String
        public var totals: Totals

        public init(group: String, totals: Totals) {
            self.group = group
            self.totals = totals
        }
    }

    /// Sums over calls. Money that is estimated or unknown is never part of `charged`.
    public struct Totals: Sendable, Hashable {
        /// Calls: each attempted one once (whatever its attempts), and each hit.
        public var calls: Int64 = 0
        /// Of `calls`: answered without an attempt.
        public var hits: Int64 = 0
        /// Tokens of attempts as reported; hits are not in them.
        public var input: Int64 = 0
        public var cachedInput: Int64 = 0
        public var output: Int64 = 0
        public var reasoning: Int64 = 0
        /// The sum of exact lines.
        public var charged = MoneyTotal.zero
        /// What hits would have cost, as far as it is exactly known.
        public var avoided = MoneyTotal.zero
        /// The sums of the lower and upper bounds of estimated lines.
        public var estimatedLower = MoneyTotal.zero
        public var estimatedUpper = MoneyTotal.zero
        /// Calls with an attempt whose cost is unknown.
        public var unknownCalls: Int64 = 0

        public init() {}
    }
}
