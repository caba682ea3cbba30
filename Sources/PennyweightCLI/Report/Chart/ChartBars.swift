internal import PennyweightLedger

/// What a chart shows of a report: bars of money, each made of the same series.
struct ChartBars {
    /// A series' part of a bar, or the sum of such parts.
    struct Part {
        var charged = MoneyTotal.zero
        var estimatedLower = MoneyTotal.zero
        var estimatedUpper = MoneyTotal.zero

        /// What is drawn: negative sums (corrections) have no length.
        var length: MoneyTotal { max(charged, .zero) + max(estimatedUpper, .zero) }

        static func += (left: inout Part, right: Part) {
            left.charged += right.charged
            left.estimatedLower += right.estimatedLower
            left.estimatedUpper += right.estimatedUpper
        }
    }

    struct Bar {
        let name: String
        /// One for each series.
        var parts: [Part]

        var length: MoneyTotal { parts.reduce(.zero) { $0 + $1.length } }
        var sum: Part { parts.reduce(into: Part()) { $0 += $1 } }
    }

    /// The most series that have a colour of their own; the others are one more together.
    static let seriesLimit = 8

    /// What a bar stands for.
    let axis: ReportQuery.Grouping
    /// What its colours stand for; nil with one grouping.
    let colors: ReportQuery.Grouping?
    /// Names of series, the greatest first, what is left over last.
    let series: [String]
    /// The last series is what is left over.
    let hasRest: Bool
    /// In the report's order: by time, or the greatest first.
    var bars: [Bar]

    /// A grouping of time is the axis wherever it stands; else the first one is.
    init(_ report: Report) {
        let place = report.groupings.firstIndex(where: \.isTime) ?? 0
        let other = report.groupings.indices.first { $0 != place }
        axis = report.groupings.indices.contains(place) ? report.groupings[place] : .model
        colors = other.map { report.groupings[$0] }
        var sums: [String: Part] = [:]
        for row in report.rows {
            sums[other.map { row.group[$0] } ?? "", default: Part()] += Part(row.totals)
        }
        let ranked = sums.keys.sorted {
            let (left, right) = (sums[$0]?.length ?? .zero, sums[$1]?.length ?? .zero)
            return left == right ? $0 < $1 : left > right
        }
        let shown =
            ranked.count <= ChartBars.seriesLimit + 1 ? ranked[...] : ranked.prefix(ChartBars.seriesLimit)
        let rest = ranked.count - shown.count
        hasRest = rest > 0
        series = shown + (hasRest ? ["\(rest) others"] : [])
        let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
        var bars: [Bar] = []
        var known: [String: Int] = [:]
        for row in report.rows {
            let name = row.group.indices.contains(place) ? row.group[place] : "total"
            let index = known[name] ?? bars.count
            if index == bars.count {
                known[name] = index
                bars.append(Bar(name: name, parts: Array(repeating: Part(), count: series.count)))
            }
            let part = other.flatMap { places[row.group[$0]] } ?? (other == nil ? 0 : series.count - 1)
            bars[index].parts[part] += Part(row.totals)
        }
        self.bars = axis.isTime ? bars : bars.sorted { ($1.length, $0.name) < ($0.length, $1.name) }
    }

    /// The sums of each series over all bars.
    var sums: [Part] {
        bars.reduce(into: Array(repeating: Part(), count: series.count)) { sums, bar in
            for (index, part) in bar.parts.enumerated() { sums[index] += part }
        }
    }

    /// The first so many bars, and the others together as one more.
    func first(_ limit: Int) -> ChartBars {
        guard bars.count > limit + 1 else { return self }
        var shorter = self
        var rest = Bar(
            name: "\(bars.count - limit) others", parts: Array(repeating: Part(), count: series.count))
        for bar in bars[limit...] {
            for (index, part) in bar.parts.enumerated() { rest.parts[index] += part }
        }
        shorter.bars = bars[..<limit] + [rest]
        return shorter
    }
}

extension ChartBars.Part {
    init(_ totals: Totals) {
        charged = totals.charged
        estimatedLower = totals.estimatedLower
        estimatedUpper = totals.estimatedUpper
    }

    /// `$1.5 charged, $0..$0.2 estimated`.
    var text: String {
        let estimated = estimatedUpper > .zero ? ", \(estimatedLower)..\(estimatedUpper) estimated" : ""
        return "\(charged) charged\(estimated)"
    }
}
