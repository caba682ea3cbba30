internal import PennyweightLedger

/// A report for a person: a table with totals, and bars of what was charged where a terminal shows them.
struct ReportTable {
    let report: Report
    let terminal: Terminal

    /// How wide a bar gets at most.
    static let barColumns = 20

    var lines: [String] {
        guard !report.rows.isEmpty else { return ["No calls in this period."] + notes }
        var columns = ReportTable.columns
        var table = table(columns)
        while terminal.isInteractive, width(table) > terminal.columns, let last = lastDispensable(columns) {
            columns.remove(at: last)
            table = self.table(columns)
        }
        var lines = table.lines
        for (index, row) in report.rows.enumerated() where terminal.isInteractive {
            let bar = bar(row.totals.charged)
            if !bar.isEmpty, width(table) + ReportTable.barColumns + 2 <= terminal.columns {
                lines[index + 1] += "  " + terminal.styled(bar, .cyan)
            }
        }
        lines[0] = terminal.styled(lines[0], .bold)
        lines[lines.count - 1] = terminal.styled(lines[lines.count - 1], .bold)
        return lines + notes + omission(columns)
    }

    private func table(_ columns: [Column]) -> TextTable {
        let blank = report.groupings.dropFirst().map { _ in "" }
        return TextTable(
            columns: report.groupings.map { ($0.rawValue, .left) } + columns.map { ($0.title, .right) },
            rows: report.rows.map { row in row.group + columns.map { $0.text(row.totals) } }
                + [["total"] + blank + columns.map { $0.text(report.total) }])
    }

    private func width(_ table: TextTable) -> Int { table.lines.map(\.count).max() ?? 0 }

    private func lastDispensable(_ columns: [Column]) -> Int? {
        let weights = columns.map(\.dispensable)
        guard let most = weights.max(), most > 0 else { return nil }
        return weights.lastIndex(of: most)
    }

    private func omission(_ columns: [Column]) -> [String] {
        let missing = ReportTable.columns.map(\.title).filter { title in
            !columns.contains { $0.title == title }
        }
        guard !missing.isEmpty else { return [] }
        return ["Left out, for this terminal is narrow: \(missing.joined(separator: ", "))."]
    }

    /// A bar as long as the group's part of the greatest one; eighths of a block at its end.
    private func bar(_ charged: MoneyTotal) -> String {
        guard let most = report.rows.map(\.totals.charged).max(), most > .zero, charged > .zero else {
            return ""
        }
        let eighths = max(1, Int(charged.picos * Int128(ReportTable.barColumns * 8) / most.picos))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + partial
    }

    private var notes: [String] {
        var notes: [String] = []
        if report.total.unknown > 0 {
            let attempts =
                report.total.unknown == 1 ? "1 attempt has" : "\(report.total.unknown) attempts have"
            notes.append("Unknown is not zero: \(attempts) no price or no usage.")
        }
        if report.rows.reduce(0, { $0 + $1.totals.calls }) > report.total.calls {
            notes.append("A call with two tags is in the rows of both, once in total.")
        }
        if report.openHolds > 0 {
            let attempts = report.openHolds == 1 ? "1 attempt is" : "\(report.openHolds) attempts are"
            notes.append("\(attempts) open: reserved, not settled yet.")
        }
        return notes
    }
}
