import PennyweightLedger

/// A report with everything in it: exact, estimated and unknown, and a name that formats must quote.
enum ReportSample {
    static let report = Report(
        grouping: .model,
        rows: [
            .init(group: "gpt-4o", totals: totals(calls: 4, hits: 1, charged: 2_000_000_000)),
            .init(group: "odd,\"name\"", totals: totals(calls: 1, hits: 0, charged: 500_000_000, unknown: 1)),
        ],
        total: totals(calls: 5, hits: 1, charged: 2_500_000_000, unknown: 1, estimated: (10, 30)),
        openHolds: 2)

    static func totals(
        calls: Int64, hits: Int64, charged: Int128, unknown: Int64 = 0, estimated: (Int128, Int128) = (0, 0)
    ) -> Report.Totals {
        var totals = Report.Totals()
        totals.calls = calls
        totals.hits = hits
        totals.input = 100
        totals.cachedInput = 10
        totals.output = 50
        totals.reasoning = 5
        totals.charged = MoneyTotal(picos: charged)
        totals.avoided = MoneyTotal(picos: 1)
        totals.unknownCalls = unknown
        totals.estimatedLower = MoneyTotal(picos: estimated.0)
        totals.estimatedUpper = MoneyTotal(picos: estimated.1)
        return totals
    }
}
