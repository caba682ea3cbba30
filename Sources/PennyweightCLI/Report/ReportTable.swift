internal import PennyweightLedger

/// A report for a person: a table with totals, and bars of what was charged where a terminal shows them.
struct ReportTable {
    let report: Report
    let terminal: Terminal

    /// How wide a bar gets at most.
    static let barColumns = 20

    var lines: [String] {
        guard !report.rows.isEmpty else { return ["No calls in this period."] + notes }
        let table = TextTable(
            columns: [(report.grouping.rawValue, .left)] + ReportTable.titles.map { ($0, .right) },
            rows: report.rows.map { [$0.group] + cells($0.totals) } + [["total"] + cells(report.total)])
        var lines = table.lines
        if terminal.isInteractive {
            let bars = report.rows.map { bar($0.totals.charged) }
            for (index, bar) in bars.enumerated() where !bar.isEmpty {
                lines[index + 1] += "  " + terminal.styled(bar, .cyan)
            }
        }
        lines[0] = terminal.styled(lines[0], .bold)
        lines[lines.count - 1] = terminal.styled(lines[lines.count - 1], .bold)
        return lines + notes
    }

    private static let titles = [
        "calls", "hits", "input", "cached", "output", "reasoning", "charged", "avoided", "estimated",
        "unknown",
    ]

    private func cells(_ totals: Report.Totals) -> [String] {
        [
            totals.calls, totals.hits, totals.input, totals.cachedInput, totals.output, totals.reasoning,
        ].map(String.init) + [
            totals.charged.description, totals.avoided.description, estimated(totals),
            totals.unknownCalls == 0 ? "-" : "\(totals.unknownCalls) unknown",
        ]
    }

    private func estimated(_ totals: Report.Totals) -> String {
        guard totals.estimatedUpper > .zero else { return "-" }
        return "\(totals.estimatedLower)..\(totals.estimatedUpper)"
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
        if report.total.unknownCalls > 0 {
            notes.append("Unknown is not zero: \(report.total.unknownCalls) calls have no price or no usage.")
        }
        if report.rows.reduce(0, { $0 + $1.totals.calls }) > report.total.calls {
            notes.append(
                "A call with attempts on two models, or with two tags, is in both rows, once in total.")
        }
        if report.openHolds > 0 {
            let attempts = report.openHolds == 1 ? "1 attempt is" : "\(report.openHolds) attempts are"
            notes.append("\(attempts) open: reserved, not settled yet.")
        }
        return notes
    }
}
