import PennyweightLedger
import PennyweightTime

/// A report with everything in it: exact, estimated and unknown, and a name that formats must quote.
enum ReportSample {
    static let report = Report(
        groupings: [.model],
        rows: [
            .init(group: ["gpt-4o"], totals: totals(calls: 4, hits: 1, charged: 2_000_000_000)),
            .init(
                group: ["odd,\"name\""], totals: totals(calls: 1, hits: 0, charged: 500_000_000, unknown: 1)),
        ],
        total: totals(calls: 5, hits: 1, charged: 2_500_000_000, unknown: 1, estimated: (10, 30)),
        openHolds: 2)

    static func totals(
        calls: Int64, hits: Int64, charged: Int128, unknown: Int64 = 0, estimated: (Int128, Int128) = (0, 0)
    ) -> Totals {
        var totals = Totals()
        totals.calls = calls
        totals.attempts = calls - hits
        totals.hits = hits
        totals.input = 100
        totals.cachedInput = 10
        totals.output = 50
        totals.reasoning = 5
        totals.charged = MoneyTotal(picos: charged)
        totals.avoided = MoneyTotal(picos: 1)
        totals.unknown = unknown
        totals.unknownHeld = MoneyTotal(picos: Int128(unknown) * 7)
        totals.estimatedLower = MoneyTotal(picos: estimated.0)
        totals.estimatedUpper = MoneyTotal(picos: estimated.1)
        totals.latency.record(.milliseconds(800), count: calls - hits)
        return totals
    }

    /// What was charged and estimated, by two names each.
    static func pairs(
        _ groupings: [ReportQuery.Grouping], _ rows: [([String], Int128, Int128)], unknown: Int64 = 0
    ) -> Report {
        var total = Totals()
        let rows = rows.map { group, charged, upper in
            let totals = totals(calls: 1, hits: 0, charged: charged, estimated: (upper / 2, upper))
            total += totals
            return Report.Row(group: group, totals: totals)
        }
        total.unknown = unknown
        return Report(groupings: groupings, rows: rows, total: total, openHolds: 0)
    }

    /// Twelve days with one of silence, and eleven models, one of them named to break a document.
    static var daysAndModels: Report {
        let models = [
            "gpt-4o", "gpt-4o-mini", "o3", "text-embedding-3-small", "</text><script>alert(1)</script>",
            "gpt-image-1", "claude-sonnet-4-5", "gemini-2.5-pro", "sora-2", "whisper-1", "tts-1",
        ]
        var rows: [([String], Int128, Int128)] = []
        for day in 1...12 where day != 5 {
            for (index, model) in models.enumerated() {
                let charged = Int128((day * 7 + index * 13) % 29 * (11 - index)) * 10_000_000_000
                let upper = (day + index) % 4 == 0 ? Int128(80_000_000_000 * (index + 1)) : 0
                rows.append((["2026-11-\(day < 10 ? "0" : "")\(day)", model], charged, upper))
            }
        }
        return pairs([.day, .model], rows, unknown: 3)
    }
}
