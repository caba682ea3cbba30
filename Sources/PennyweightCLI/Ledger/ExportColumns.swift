internal import PennyweightLedger
internal import PennyweightTime

/// The columns of an export as comma-separated values (RFC 4180). Names and order are stable: new ones come
/// last.
enum ExportColumns {
    /// A column: its name, and its field for a line.
    private typealias Column = (name: String, field: (LedgerLine) -> String)

    static var header: String { columns.map(\.name).joined(separator: ",") + "\r\n" }

    static func row(_ line: LedgerLine) -> String {
        columns.map { $0.field(line) }.joined(separator: ",") + "\r\n"
    }

    private static var columns: [Column] { identity + subject + money + tokens + times }

    private static var identity: [Column] {
        [
            ("number", { String($0.number) }), ("kind", { ExportJSON.kind($0) }),
            ("corrects", { ExportJSON.corrects($0).map(String.init) ?? "" }),
            ("call_id", { "\($0.callID)" }),
            ("hold_id", { ExportJSON.attempt($0).map { "\($0.holdID)" } ?? "" }),
            ("attempt", { ExportJSON.attempt($0).map { String($0.number) } ?? "" }),
            ("at", { $0.at.exactText }), ("outcome", { $0.outcome?.rawValue ?? "" }),
            ("source", { ExportJSON.source($0) ?? "" }), ("status", { $0.status.map(String.init) ?? "" }),
        ]
    }

    private static var subject: [Column] {
        [
            ("account", { text($0.subject.account) }), ("key", { text($0.subject.key) }),
            ("user", { text($0.subject.user) }), ("provider", { text($0.subject.provider) }),
            ("model", { text($0.subject.model) }), ("executed_model", { text($0.executedModel) }),
            ("route", { text($0.subject.route) }),
            (
                "tags",
                { line in
                    let tags = line.subject.tags.sorted { $0.key < $1.key }
                    return text(tags.map { "\($0.key)=\($0.value)" }.joined(separator: ";"))
                }
            ),
        ]
    }

    private static var money: [Column] {
        [
            ("cost_status", { $0.cost.status }), ("cost_usd", { $0.cost.exactAmount?.text ?? "" }),
            ("cost_lower_usd", { bounds($0.cost)?.lower.text ?? "" }),
            ("cost_upper_usd", { bounds($0.cost)?.upper.text ?? "" }),
            ("cost_reason", { text($0.cost.reason) }), ("avoided_status", { $0.avoided?.status ?? "" }),
            ("avoided_usd", { $0.avoided?.exactAmount?.text ?? "" }), ("held_usd", { $0.held?.text ?? "" }),
            ("price_version", { text($0.priceVersion) }),
            ("service_tier", { text($0.usage?.serviceTier) }),
        ]
    }

    private static var tokens: [Column] {
        ExportJSON.tokenFields.map { field in
            (field.name + "_tokens", { $0.usage?.tokens?[keyPath: field.path].map(String.init) ?? "" })
        }
    }

    private static var times: [Column] {
        [
            ("characters", { $0.characters.map(String.init) ?? "" }),
            ("queued_ns", { String($0.queued.nanoseconds) }),
            ("first_byte_at", { $0.firstByteAt?.exactText ?? "" }),
            ("first_token_at", { $0.firstTokenAt?.exactText ?? "" }),
            ("settled_at", { $0.settledAt.exactText }),
        ]
    }

    private static func text(_ text: String?) -> String { text.map(ReportCSV.quoted) ?? "" }

    private static func bounds(_ cost: Cost) -> (lower: Money, upper: Money)? {
        if case .estimated(let lower, let upper, _) = cost { (lower, upper) } else { nil }
    }
}

extension Cost {
    /// Why it isn't exact; nil if it is.
    var reason: String? {
        switch self {
        case .exact: nil
        case .estimated(_, _, let reason), .unknown(let reason): reason
        }
    }
}

extension Timestamp {
    /// RFC 3339 text in UTC with all nanoseconds: `2026-11-22T14:11:00.000000000Z`.
    var exactText: String {
        let fraction = String(nanoseconds - seconds * 1_000_000_000)
        return text.dropLast(5) + "." + String(repeating: "0", count: 9 - fraction.count) + fraction + "Z"
    }
}
