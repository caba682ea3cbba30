internal import PennyweightLedger

/// The fields of a report line in every machine-readable format. Names and order are stable: new ones come
/// last.
enum ReportColumns {
    static let names = [
        "calls", "hits", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens",
        "charged_usd", "avoided_usd", "estimated_lower_usd", "estimated_upper_usd", "unknown_calls",
    ]

    /// The values in the order of `names`: counts, and money as exact decimal text in US dollars.
    static func values(of totals: Report.Totals) -> [Value] {
        [
            .count(totals.calls), .count(totals.hits), .count(totals.input), .count(totals.cachedInput),
            .count(totals.output), .count(totals.reasoning), .money(totals.charged), .money(totals.avoided),
            .money(totals.estimatedLower), .money(totals.estimatedUpper), .count(totals.unknownCalls),
        ]
    }

    enum Value {
        case count(Int64)
        case money(MoneyTotal)

        var text: String {
            switch self {
            case .count(let count): String(count)
            case .money(let total): total.text
            }
        }
    }
}
