internal import PennyweightLedger

extension ReportTable {
    /// A column of the table.
    struct Column {
        let title: String
        /// Where a terminal is narrow, columns with a greater number are left out first; 0 stays.
        var dispensable = 0
        let text: (Totals) -> String
    }

    static var columns: [Column] {
        [
            Column(title: "calls") { String($0.calls) },
            Column(title: "attempts", dispensable: 2) { String($0.attempts) },
            Column(title: "hits") { String($0.hits) },
            Column(title: "input", dispensable: 1) { String($0.input) },
            Column(title: "cached", dispensable: 4) { String($0.cachedInput) },
            Column(title: "output", dispensable: 1) { String($0.output) },
            Column(title: "reasoning", dispensable: 4) { String($0.reasoning) },
            Column(title: "charged") { $0.charged.description },
            Column(title: "avoided") { $0.avoided.description },
            Column(title: "estimated") { estimated($0) },
            Column(title: "unknown") { $0.unknown == 0 ? "-" : "\($0.unknown) unknown" },
            Column(title: "p50/p95/p99 ms", dispensable: 3) { percentiles($0.latency) },
            Column(title: "first token ms", dispensable: 5) { percentiles($0.firstToken) },
        ]
    }

    private static func estimated(_ totals: Totals) -> String {
        guard totals.estimatedUpper > .zero else { return "-" }
        return "\(totals.estimatedLower)..\(totals.estimatedUpper)"
    }

    private static func percentiles(_ histogram: Histogram) -> String {
        guard !histogram.isEmpty else { return "-" }
        return ReportColumns.milliseconds(histogram).map { $0.map(String.init) ?? "-" }
            .joined(separator: "/")
    }
}
