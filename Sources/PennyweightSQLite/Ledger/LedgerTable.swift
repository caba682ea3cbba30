/// A table of rows that are never changed: its columns in the order in which they are written, read, and
/// covered by the chain of digests.
struct LedgerTable: Sendable {
    /// Its place among the tables that the chain covers.
    let index: Int
    let name: String
    let columns: [String]
    /// Where its rows' numbers stand in the chain; nil for a table whose rows belong to another table's row.
    let mark: Int?
    /// The table whose numbers bound its rows, and its column that holds them.
    let owner: (table: Int, column: String)

    private init(_ index: Int, _ name: String, _ columns: [String], mark: Int) {
        self.index = index
        self.name = name
        self.columns = ["id"] + columns
        self.mark = mark
        owner = (index, "id")
    }

    private init(_ index: Int, _ name: String, _ columns: [String], ofRowsIn owner: Int) {
        self.index = index
        self.name = name
        self.columns = columns
        mark = nil
        self.owner = (owner, columns[0])
    }

    static let subject = LedgerTable(
        0, "subject", ["account", "key", "provider", "model", "executed_model", "route"], mark: 0)
    static let name = LedgerTable(1, "name", ["text"], mark: 1)
    static let tag = LedgerTable(2, "tag", ["name", "value"], mark: 2)
    static let call = LedgerTable(3, "call", ["call_id", "at", "subject", "user"], mark: 3)
    static let callTag = LedgerTable(4, "call_tag", ["call", "tag"], ofRowsIn: 3)
    static let hold = LedgerTable(
        5, "hold",
        [
            "hold_id", "call", "attempt", "epoch", "subject", "upper_bound", "capped", "queued", "opened_at",
            "expires_at",
        ], mark: 4)
    static let job = LedgerTable(6, "job", ["provider", "job_id", "hold"], mark: 5)
    static let line = LedgerTable(
        7, "line",
        [
            "kind", "hold", "call", "corrects", "at", "subject", "outcome", "source", "cost_status",
            "cost_lower", "cost_upper", "cost_reason", "avoided_status", "avoided_lower", "avoided_upper",
            "avoided_reason", "price_version", "status", "first_byte_at", "first_token_at", "settled_at",
            "characters", "usage", "input", "cached_input", "cache_write", "cache_write_hour",
            "audio_input", "image_input", "output", "reasoning", "audio_output", "image_output",
            "cached_audio_input", "cached_image_input", "accepted_prediction", "rejected_prediction",
            "service_tier", "usage_raw",
        ], mark: 6)
    static let lineItem = LedgerTable(
        8, "line_item", ["line", "position", "unit", "variant", "count", "unit_price", "amount"],
        ofRowsIn: 7)
    static let meter = LedgerTable(
        9, "meter", ["line", "position", "unit", "variant", "count"], ofRowsIn: 7)

    static let virtualKey = LedgerTable(
        10, "virtual_key",
        [
            "key_id", "name", "secret_digest", "last_four", "account", "models", "routes", "created_at",
            "expires_at",
        ], mark: 7)
    static let keyRevocation = LedgerTable(11, "key_revocation", ["key", "revoked_at"], mark: 8)
    static let budgetEvent = LedgerTable(
        12, "budget_event",
        [
            "event_id", "counter", "occasion", "percent", "budget", "counted", "spending_limit",
            "settled_high", "settled_low", "held_high", "held_low", "resets_at", "at",
        ], mark: 9)

    /// All of them, by index. New ones come last, with new marks.
    static let all = [
        subject, name, tag, call, callTag, hold, job, line, lineItem, meter, virtualKey, keyRevocation,
        budgetEvent,
    ]
    /// Those with numbers of their own, by mark.
    static let numbered = all.filter { $0.mark != nil }
    /// Those that links of version 2 cover.
    static let ofVersion2 = Array(all.prefix(10))
    /// The marks of links of version 2.
    static let marksOfVersion2 = 7

    /// Where the numbers that bound its rows stand in the chain.
    var ownerMark: Int { LedgerTable.all[owner.table].mark ?? 0 }

    /// True if a commit that moved the marks so may have added rows to it.
    func canGrow(from before: [Int64], to after: [Int64]) -> Bool { before[ownerMark] != after[ownerMark] }

    /// Writes one row; of a call that is there, none.
    var insert: String {
        "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES ("
            + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
            + (index == LedgerTable.call.index ? " ON CONFLICT (call_id) DO NOTHING" : "")
    }

    /// Reads the rows whose owners' numbers lie after the first and up to the second bound, in their order.
    var selectRange: String {
        let order = mark == nil ? columns.prefix(2).joined(separator: ", ") : "id"
        return "SELECT \(columns.joined(separator: ", ")) FROM \(name) "
            + "WHERE \(owner.column) > ? AND \(owner.column) <= ? ORDER BY \(order)"
    }
}
