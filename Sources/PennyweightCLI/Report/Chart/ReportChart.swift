internal import PennyweightLedger
internal import PennyweightTime

/// A report as an SVG document: a stacked bar for each day or hour, or a horizontal bar for each group, of
/// what was charged, and lighter of what was estimated.
///
/// It has no script, needs nothing from elsewhere, follows the reader's choice of light or dark, and is the
/// same text for the same report. Lengths are whole tenths of a pixel.
struct ReportChart {
    let report: Report
    let query: ReportQuery
    let bars: ChartBars

    static let width = 9_600
    static let margin = 240
    /// Where the plot begins, below title and subtitle.
    static let top = 900
    /// From one line of text to the next.
    static let lineHeight = 220
    /// The most bars of a chart that is not one over time; the others are one more together.
    static let barLimit = 20

    init(_ report: Report, of query: ReportQuery) {
        self.report = report
        self.query = query
        let bars = ChartBars(report)
        self.bars = bars.axis.isTime ? bars : bars.first(ReportChart.barLimit)
    }

    /// The whole document, ending with a line feed.
    var text: String {
        var plot: Plot = bars.axis.isTime ? columns : rows
        if bars.bars.isEmpty {
            plot = Plot(elements: [line("No calls in this period.", at: ReportChart.top)], bottom: 1_000)
        }
        let legend = legend(below: plot.bottom)
        let notes = self.notes + plot.notes
        let height = legend.bottom + notes.count * ReportChart.lineHeight + ReportChart.margin
        let noteLines = notes.enumerated().map { index, note in
            line(note, at: legend.bottom + (index + 1) * ReportChart.lineHeight, style: "n")
        }
        let root = SVGElement(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "role": "img",
                "aria-labelledby": "chart-title chart-description", "width": ReportChart.width / 10,
                "height": height / 10, "viewBox": "0 0 \(ReportChart.width) \(height / 10 * 10)",
            ],
            [
                SVGElement("title", ["id": "chart-title"], text: title),
                SVGElement("desc", ["id": "chart-description"], text: description),
                SVGElement("style", text: ChartStyle.text),
                SVGElement("rect", ["class": "p", "width": "100%", "height": "100%"]),
                line(title, at: 400, style: "h"), line(subtitle, at: 640, style: "n"),
            ] + plot.elements + legend.elements + noteLines)
        return root.lines.map { $0 + "\n" }.joined()
    }

    /// Something drawn, where it ends, and what has to be said about it.
    struct Plot {
        var elements: [SVGElement]
        var bottom: Int
        var notes: [String] = []
    }

    private var title: String {
        "Charged by " + report.groupings.map(\.rawValue).joined(separator: " and ")
    }

    private var subtitle: String {
        let sum = ChartBars.Part(report.total)
        var parts = [sum.text, report.total.calls == 1 ? "1 call" : "\(report.total.calls) calls"]
        if !query.account.isEmpty { parts.append("account \(query.account)") }
        if let since = query.since { parts.append("from \(since.hour.text.prefix(13))") }
        if let until = query.until { parts.append("until \(until.text.prefix(13))") }
        return parts.joined(separator: " · ")
    }

    private var description: String {
        let greatest =
            bars.bars.max { $0.length < $1.length }.map { " Most: \($0.name), \($0.sum.text)." } ?? ""
        let shape = bars.axis.isTime ? "A stacked bar for each \(bars.axis)" : "A bar for each \(bars.axis)"
        let colors = bars.colors.map { ", a colour for each \($0)" } ?? ""
        return "\(shape)\(colors). \(subtitle).\(greatest)"
    }

    private var notes: [String] {
        var notes: [String] = []
        if report.total.unknown > 0 {
            let attempts = report.total.unknown == 1 ? "1 attempt" : "\(report.total.unknown) attempts"
            notes.append("The cost of \(attempts) is unknown, and in no bar.")
        }
        if report.groupings.contains(.tag) {
            notes.append("A call with two tags is in the bars of both, once in the sum.")
        }
        if report.rows.contains(where: { $0.totals.charged < .zero }) {
            notes.append("Negative sums (corrections) have no length.")
        }
        return notes
    }

    /// A line of text at the left margin.
    func line(_ text: String, at y: Int, style: String = "") -> SVGElement {
        label(text, x: ReportChart.margin, y: y, style: style)
    }

    func label(_ text: String, x: Int, y: Int, style: String = "") -> SVGElement {
        style.isEmpty
            ? SVGElement("text", ["x": x, "y": y], text: text)
            : SVGElement("text", ["class": style, "x": x, "y": y], text: text)
    }

    /// The text, cut to so many characters.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}
