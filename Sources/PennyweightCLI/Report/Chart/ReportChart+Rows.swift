internal import PennyweightLedger

extension ReportChart {
    private static let nameWidth = 2_600
    private static let amountWidth = 1_700
    private static let rowHeight = 280
    private static let plotWidth = width - nameWidth - amountWidth - 2 * margin
    /// The longest name that fits in front of a bar.
    private static let nameLimit = 36

    /// A horizontal bar for each group, its name before it and its exact amount behind it.
    var rows: Plot {
        let scale = ChartScale(greatest: bars.bars.map(\.length).max() ?? .zero)
        let left = ReportChart.margin + ReportChart.nameWidth
        let height = bars.bars.count * ReportChart.rowHeight
        var elements = scale.ticks.flatMap { tick in
            let x = left + scale.length(of: tick, on: ReportChart.plotWidth)
            return [
                SVGElement("path", ["class": "g", "d": "M\(x) \(ReportChart.top)v\(height)"]),
                label(tick.description, x: x, y: ReportChart.top + height + 200, style: "n m"),
            ]
        }
        for (index, bar) in bars.bars.enumerated() {
            let y = ReportChart.top + index * ReportChart.rowHeight
            let name = ReportChart.cut(bar.name, to: ReportChart.nameLimit)
            elements.append(label(name, x: left - 80, y: y + 180, style: "e"))
            let pieces = pieces(bar, scale, on: ReportChart.plotWidth)
            elements += pieces.map { piece in
                SVGElement(
                    "rect",
                    [
                        "class": piece.style, "x": left + piece.start, "y": y + 50,
                        "width": piece.end - piece.start, "height": ReportChart.rowHeight - 100,
                    ], [SVGElement("title", text: piece.title)])
            }
            let end = left + (pieces.last?.end ?? 0)
            elements.append(label(bar.sum.charged.description, x: end + 80, y: y + 180))
        }
        return Plot(elements: elements, bottom: ReportChart.top + height + 300)
    }
}
