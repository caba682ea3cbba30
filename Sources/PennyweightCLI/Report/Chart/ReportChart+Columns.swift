internal import PennyweightLedger

extension ReportChart {
    private static let left = 1_500
    private static let plotWidth = width - left - margin
    private static let plotHeight = 3_000

    /// A stacked bar for each day or hour, with an axis of money at the left.
    var columns: Plot {
        let timeline = ChartTimeline(bars)
        let shown = (0..<timeline.count).compactMap { timeline.bar(in: $0) }
        let scale = ChartScale(greatest: shown.map { bars.bars[$0].length }.max() ?? .zero)
        let base = ReportChart.top + ReportChart.plotHeight
        var elements = grid(scale, base: base)
        for slot in 0..<timeline.count {
            guard let index = timeline.bar(in: slot) else { continue }
            elements += column(bars.bars[index], in: edges(slot, of: timeline.count), scale, base: base)
        }
        elements += timeline.labels.map { slot, text in
            let (left, right) = edges(slot, of: timeline.count)
            return label(text, x: (left + right) / 2, y: base + 220, style: "n m")
        }
        let unit = bars.axis == .hour ? "hours" : "days"
        let cut = "Only the last \(ChartTimeline.slotLimit) \(unit) are drawn; the sums are of all."
        return Plot(elements: elements, bottom: base + 300, notes: timeline.isCut ? [cut] : [])
    }

    private func edges(_ slot: Int, of count: Int) -> (left: Int, right: Int) {
        let left = ReportChart.left + ReportChart.plotWidth * slot / count
        let right = ReportChart.left + ReportChart.plotWidth * (slot + 1) / count
        let gap = min(200, (right - left) / 6)
        return (left + gap, right - gap)
    }

    private func grid(_ scale: ChartScale, base: Int) -> [SVGElement] {
        scale.ticks.flatMap { tick in
            let y = base - scale.length(of: tick, on: ReportChart.plotHeight)
            return [
                SVGElement(
                    "path", ["class": "g", "d": "M\(ReportChart.left) \(y)h\(ReportChart.plotWidth)"]),
                label(tick.description, x: ReportChart.left - 80, y: y + 40, style: "n e"),
            ]
        }
    }

    /// The bar from the bottom up: of each series what was charged, and lighter what was estimated.
    private func column(
        _ bar: ChartBars.Bar, in edges: (left: Int, right: Int), _ scale: ChartScale, base: Int
    ) -> [SVGElement] {
        pieces(bar, scale, on: ReportChart.plotHeight).map { piece in
            SVGElement(
                "rect",
                [
                    "class": piece.style, "x": edges.left, "y": base - piece.end,
                    "width": edges.right - edges.left, "height": piece.end - piece.start,
                ], [SVGElement("title", text: piece.title)])
        }
    }
}
