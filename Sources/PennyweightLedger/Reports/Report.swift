/// Totals of a ledger, by group.
public struct Report: Sendable, Hashable {
    public var groupings: [ReportQuery.Grouping]
    /// Sorted by charged, greatest first, then by name; by time if the first grouping is one of time.
    public var rows: [Row]
    /// Each call once, whatever the grouping.
    public var total: Totals
    /// Attempts that are open right now: reserved, not settled.
    public var openHolds: Int64

    public init(groupings: [ReportQuery.Grouping], rows: [Row], total: Totals, openHolds: Int64) {
        self.groupings = groupings
        self.rows = rows
        self.total = total
        self.openHolds = openHolds
    }

    /// The totals of one group.
    public struct Row: Sendable, Hashable {
        /// One name for each grouping.
        public var group: [String]
        public var totals: Totals

        public init(group: [String], totals: Totals) {
            self.group = group
            self.totals = totals
        }
    }
}
