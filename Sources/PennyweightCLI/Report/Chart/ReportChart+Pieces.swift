internal import PennyweightLedger

extension ReportChart {
    /// A rectangle of a bar, from `start` to `end` along its axis.
    struct Piece {
        let start: Int
        let end: Int
        let style: String
        /// What a pointer over it shows: the exact amounts.
        let title: String
    }

    /// The pieces of a bar, from its beginning: of each series what was charged, and lighter what was
    /// estimated. Ends are those of sums, so that no rounding adds up.
    func pieces(_ bar: ChartBars.Bar, _ scale: ChartScale, on axis: Int) -> [Piece] {
        var pieces: [Piece] = []
        var sum = MoneyTotal.zero
        for (index, part) in bar.parts.enumerated() where part.length > .zero {
            let names = bars.colors == nil ? [bar.name] : [bar.name, bars.series[index]]
            let isRest = bars.hasRest && index == bars.series.count - 1
            let color = ChartStyle.colorClass(of: index, isRest: isRest)
            for (amount, style) in [(part.charged, color), (part.estimatedUpper, color + " q")]
            where amount > .zero {
                let start = scale.length(of: sum, on: axis)
                sum += amount
                pieces.append(
                    Piece(
                        start: start, end: scale.length(of: sum, on: axis), style: style,
                        title: names.joined(separator: ", ") + ": " + part.text))
            }
        }
        return pieces
    }

    /// What the colours mean, with the exact sum of each series.
    func legend(below top: Int) -> Plot {
        guard !bars.bars.isEmpty else { return Plot(elements: [], bottom: top) }
        let columns = 3
        let step = (ReportChart.width - 2 * ReportChart.margin) / columns
        var entries = zip(bars.series, bars.sums).enumerated().map { index, entry in
            let isRest = bars.hasRest && index == bars.series.count - 1
            let name = bars.colors == nil ? "charged" : ReportChart.cut(entry.0, to: 26)
            return (ChartStyle.colorClass(of: index, isRest: isRest), "\(name)  \(entry.1.charged)")
        }
        if report.total.estimatedUpper > .zero {
            let color = ChartStyle.colorClass(of: 0, isRest: bars.colors != nil)
            entries.append((color + " q", "lighter: estimated, up to its upper bound"))
        }
        var elements: [SVGElement] = []
        for (index, entry) in entries.enumerated() {
            let x = ReportChart.margin + index % columns * step
            let y = top + (index / columns + 1) * ReportChart.lineHeight
            elements += [
                SVGElement(
                    "rect", ["class": entry.0, "x": x, "y": y - 110, "width": 120, "height": 120]),
                label(entry.1, x: x + 180, y: y),
            ]
        }
        let lines = (entries.count + columns - 1) / columns
        return Plot(elements: elements, bottom: top + lines * ReportChart.lineHeight)
    }
}
