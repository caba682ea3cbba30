internal import PennyweightLedger

/// Adds lines up into a report. Pure.
struct ReportTally {
    private let query: ReportQuery
    private var rows: [[String]: Totals] = [:]
    private var total = Totals()

    init(_ query: ReportQuery) {
        self.query = query
    }

    mutating func add(_ line: LedgerLine) {
        guard query.covers(line) else { return }
        total += Totals(line)
        for (outcome, totals) in line.entries {
            for group in groups(of: line, outcome) { rows[group, default: Totals()] += totals }
        }
    }

    func report(openHolds: Int64) -> Report {
        let rows = rows.map { Report.Row(group: $0.key, totals: $0.value) }
        return Report(
            groupings: query.groupings, rows: Report.sorted(rows, by: query.groupings), total: total,
            openHolds: openHolds)
    }

    /// Every combination of the line's groups.
    private func groups(of line: LedgerLine, _ outcome: String) -> [[String]] {
        query.groupings.reduce([[]]) { combinations, grouping in
            let groups = grouping == .outcome ? [outcome] : grouping.groups(of: line)
            return combinations.flatMap { known in groups.map { known + [$0] } }
        }
    }
}
