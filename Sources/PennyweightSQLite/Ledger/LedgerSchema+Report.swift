internal import PennyweightLedger

/// The query behind a report.
///
/// Whatever may grow without bound is summed in two halves, the upper counting 2³²: SQLite's `sum` fails when
/// an integer overflows, and a shift rounds down, so that the halves add up for negative numbers too.
extension LedgerSchema {
    /// One row per group; the group is the first column.
    static func report(by grouping: ReportQuery.Grouping) -> String {
        switch grouping {
        case .model: query(group: "coalesce(executed_model, model)", from: "line")
        case .day: query(group: "at / 86400000000000", from: "line")
        case .key: query(group: "coalesce(key, '(none)')", from: "line")
        case .tag: query(group: "coalesce(tag.name || '=' || tag.value, '(none)')", from: taggedLines)
        }
    }

    /// One row with everything, each line once.
    static let total = query(group: "''", from: "line")

    private static let taggedLines =
        """
        line LEFT JOIN (
            SELECT line.id AS line, name, value FROM hold_tag JOIN line ON line.hold = hold_tag.hold
            UNION ALL SELECT line, name, value FROM line_tag
        ) AS tag ON tag.line = line.id
        """

    private static func query(group: String, from source: String) -> String {
        """
        SELECT \(group) AS grouped,
            count(DISTINCT iif(kind = 'attempt', call_id, NULL)) + count(iif(kind = 'saving', 1, NULL)),
            count(iif(kind = 'saving', 1, NULL)),
            count(DISTINCT iif(kind = 'attempt' AND cost_status = 'unknown', call_id, NULL)),
            \(halves("input", when: "kind = 'attempt'")),
            \(halves("cached_input", when: "kind = 'attempt'")),
            \(halves("output", when: "kind = 'attempt'")),
            \(halves("reasoning", when: "kind = 'attempt'")),
            \(halves("cost_lower", when: "cost_status = 'exact'")),
            \(halves("avoided_lower", when: "avoided_status = 'exact'")),
            \(halves("cost_lower", when: "cost_status = 'estimated'")),
            \(halves("cost_upper", when: "cost_status = 'estimated'"))
        FROM \(source) WHERE at >= ? GROUP BY grouped
        """
    }

    private static func halves(_ column: String, when condition: String) -> String {
        "coalesce(sum(iif(\(condition), \(column) >> 32, 0)), 0), "
            + "coalesce(sum(iif(\(condition), \(column) & 4294967295, 0)), 0)"
    }
}
