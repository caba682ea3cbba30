/// What is asked of the ledger's tables.
extension LedgerSchema {
    static let insertEpoch = "INSERT INTO epoch (opened_at) VALUES (?) RETURNING number"

    static let insertHold =
        """
        INSERT INTO hold (hold_id, call_id, attempt, epoch, account, key, provider, model, route, upper_bound,
            spending_limit, opened_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (hold_id) DO NOTHING RETURNING id
        """
    static let insertHoldTag = "INSERT INTO hold_tag (hold, name, value) VALUES (?, ?, ?)"
    static let insertOpenHold = "INSERT INTO open_hold (hold) VALUES (?)"
    static let deleteOpenHold = "DELETE FROM open_hold WHERE hold = ?"
    static let accountOfHold = "SELECT account, upper_bound FROM hold WHERE id = ?"
    static let settledTotal = "SELECT settled_high, settled_low FROM account_total WHERE account = ?"
    static let setSettledTotal =
        "INSERT INTO account_total (account, settled_high, settled_low) VALUES (?1, ?2, ?3) "
        + "ON CONFLICT (account) DO UPDATE SET settled_high = ?2, settled_low = ?3"
    static let heldTotal =
        """
        SELECT coalesce(sum(upper_bound >> 32), 0), coalesce(sum(upper_bound & 4294967295), 0)
        FROM open_hold JOIN hold ON hold.id = open_hold.hold WHERE account = ?
        """
    static let findHold = "SELECT id FROM hold WHERE hold_id = ?"

    /// What every line has after its subject, in the order in which it is bound and read.
    static let lineColumns =
        """
        cost_status, cost_lower, cost_upper, cost_reason, executed_model, price_version, status,
        first_byte_at, settled_at, usage, input, cached_input, cache_write, cache_write_hour, audio_input,
        image_input, output, reasoning, audio_output, image_output, service_tier, usage_raw
        """
    private static let lineValues = Array(repeating: "?", count: 22).joined(separator: ", ")

    static let insertAttempt =
        """
        INSERT INTO line (kind, hold, call_id, at, account, key, provider, model, route, outcome,
            \(lineColumns))
        SELECT 'attempt', id, call_id, opened_at, account, key, provider, model, route, ?, \(lineValues)
        FROM hold WHERE id = ?
        ON CONFLICT (hold) DO NOTHING RETURNING id
        """
    static let insertSaving =
        """
        INSERT INTO line (kind, call_id, at, account, key, provider, model, route, source, avoided_status,
            avoided_lower, avoided_upper, avoided_reason, \(lineColumns))
        VALUES ('saving', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(lineValues)) RETURNING id
        """
    static let insertLineTag = "INSERT INTO line_tag (line, name, value) VALUES (?, ?, ?)"
    static let insertItem =
        "INSERT INTO line_item (line, position, unit, variant, count, unit_price, amount) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?)"
    static let insertMeter =
        "INSERT INTO meter (line, position, unit, variant, count) VALUES (?, ?, ?, ?, ?)"

    /// Open holds after a place, in their order, a page at a time.
    static let openHolds =
        """
        SELECT hold.id, hold.hold_id, hold.epoch, hold.upper_bound, hold.expires_at
        FROM open_hold JOIN hold ON hold.id = open_hold.hold
        WHERE open_hold.hold > ? ORDER BY open_hold.hold LIMIT ?
        """
    static let countOpenHolds = "SELECT count(*) FROM open_hold"

    static let lines =
        """
        SELECT line.id, line.kind, line.call_id, line.at, line.account, line.key, line.provider, line.model,
            line.route, line.outcome, line.source, hold.hold_id, hold.id, hold.attempt,
            avoided_status, avoided_lower, avoided_upper, avoided_reason, \(lineColumns)
        FROM line LEFT JOIN hold ON hold.id = line.hold
        """
    static let recentLines = lines + " ORDER BY line.id DESC LIMIT ?"
    static let linesOfCall = lines + " WHERE line.call_id = ? ORDER BY line.id LIMIT 1000"
    static let itemsOfLine =
        "SELECT unit, variant, count, unit_price FROM line_item WHERE line = ? ORDER BY position"
    static let metersOfLine = "SELECT unit, variant, count FROM meter WHERE line = ? ORDER BY position"
    static let tagsOfLine =
        "SELECT name, value FROM hold_tag WHERE hold = ?1 UNION ALL "
        + "SELECT name, value FROM line_tag WHERE line = ?2"

    /// Changes each time, because SQLite leaves out a write that changes nothing.
    static let beat = """
        INSERT INTO pulse (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = beats + 1
        """
}
