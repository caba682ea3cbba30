internal import PennyweightLedger
internal import PennyweightTime

/// The fields of a report line in every machine-readable format. Names and order are stable: new ones come
/// last.
enum ReportColumns {
    static let names = [
        "calls", "hits", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens",
        "charged_usd", "avoided_usd", "estimated_lower_usd", "estimated_upper_usd", "unknown_attempts",
        "attempts", "unknown_held_usd", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms",
        "first_token_p50_ms", "first_token_p95_ms", "first_token_p99_ms",
    ]

    /// The percentiles that are shown of times, per thousand.
    static let permilles = [500, 950, 990]

    /// The values in the order of `names`: counts, money as exact decimal text in US dollars, and times in
    /// whole milliseconds, rounded up.
    static func values(of totals: Totals) -> [Value] {
        [
            .count(totals.calls), .count(totals.hits), .count(totals.input), .count(totals.cachedInput),
            .count(totals.output), .count(totals.reasoning), .money(totals.charged), .money(totals.avoided),
            .money(totals.estimatedLower), .money(totals.estimatedUpper), .count(totals.unknown),
            .count(totals.attempts), .money(totals.unknownHeld),
        ] + milliseconds(totals.latency).map(Value.milliseconds)
            + milliseconds(totals.firstToken).map(Value.milliseconds)
    }

    /// The percentiles of a histogram; nil if nothing was counted.
    static func milliseconds(_ histogram: Histogram) -> [Int64?] {
        permilles.map { permille in
            histogram.percentile(permille: permille).map { ($0.nanoseconds.clamped + 999_999) / 1_000_000 }
        }
    }

    enum Value {
        case count(Int64)
        case money(MoneyTotal)
        /// Nil if nothing was timed.
        case milliseconds(Int64?)

        /// The field of a CSV line; empty for what was not timed.
        var text: String {
            switch self {
            case .count(let count): String(count)
            case .money(let total): total.text
            case .milliseconds(let milliseconds): milliseconds.map(String.init) ?? ""
            }
        }
    }
}

extension Int64 {
    /// The number, so far below the end of the range that it can be rounded up.
    fileprivate var clamped: Int64 { Swift.min(self, .max - 999_999) }
}
