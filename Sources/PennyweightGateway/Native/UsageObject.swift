internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A report as the native API shows it.
enum UsageObject {
    static func json(_ report: Report, _ query: ReportQuery, showsOpen: Bool) -> JSONValue {
        let names = report.groupings.map(\.rawValue)
        let rows = report.rows.map { row -> JSONValue in
            let group = zip(names, row.group).map { JSONValue.Member(JSONText($0), .text($1)) }
            return .object([.init("group", .object(group))] + members(of: row.totals))
        }
        return .object([
            .init("object", .text("usage")),
            .init("group_by", .texts(names)),
            .init("account", .of(query.account.isEmpty ? nil : query.account)),
            .init("since", .of(query.since?.hour)),
            .init("until", .of(query.until)),
            .init("currency", .text("usd")),
            .init("rows", .array(rows)),
            .init("total", .object(members(of: report.total))),
            .init("open_attempts", showsOpen ? .integer(report.openHolds) : .null),
        ])
    }

    /// Counts, exact amounts, and percentiles in milliseconds.
    static func members(of totals: Totals) -> [JSONValue.Member] {
        [
            .init("calls", .integer(totals.calls)),
            .init("attempts", .integer(totals.attempts)),
            .init("hits", .integer(totals.hits)),
            .init("unknown_attempts", .integer(totals.unknown)),
            .init("input_tokens", .integer(totals.input)),
            .init("cached_input_tokens", .integer(totals.cachedInput)),
            .init("output_tokens", .integer(totals.output)),
            .init("reasoning_tokens", .integer(totals.reasoning)),
            .init("charged_usd", .text(totals.charged.text)),
            .init("avoided_usd", .text(totals.avoided.text)),
            .init("estimated_lower_usd", .text(totals.estimatedLower.text)),
            .init("estimated_upper_usd", .text(totals.estimatedUpper.text)),
            .init("unknown_held_usd", .text(totals.unknownHeld.text)),
            .init("latency_ms", percentiles(totals.latency)),
            .init("first_token_ms", percentiles(totals.firstToken)),
        ]
    }

    private static func percentiles(_ histogram: Histogram) -> JSONValue {
        .object([
            .init("p50", .milliseconds(histogram.percentile(permille: 500))),
            .init("p95", .milliseconds(histogram.percentile(permille: 950))),
            .init("p99", .milliseconds(histogram.percentile(permille: 990))),
        ])
    }
}
