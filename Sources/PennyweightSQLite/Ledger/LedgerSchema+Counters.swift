/// What is asked of the counters of budgets.
extension LedgerSchema {
    static let anyCounter = "SELECT EXISTS (SELECT 1 FROM counter)"
    static let findCounter = "SELECT id FROM counter WHERE name = ?"
    static let insertCounter = "INSERT INTO counter (name) VALUES (?) RETURNING id"
    static let findEpoch = "SELECT 1 FROM counter_epoch WHERE counter = ? AND epoch = ?"
    static let insertCounterEpoch = "INSERT OR IGNORE INTO counter_epoch (counter, epoch) VALUES (?, ?)"
    static let bucketsFrom =
        """
        SELECT settled_high, settled_low, held_high, held_low FROM counter_bucket
        WHERE counter = ? AND start >= ? AND start <= ?
        """
    static let setBucket =
        """
        INSERT OR REPLACE INTO counter_bucket (counter, start, settled_high, settled_low, held_high, held_low)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    static let forgetBuckets = "DELETE FROM counter_bucket WHERE counter = ?"

    static let insertHoldCounter =
        """
        INSERT OR IGNORE INTO hold_counter (hold, counter, bucket, first_bucket, occasion,
            resets_at, spending_limit, budget, counted, thresholds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let countersOfHold =
        """
        SELECT counter, bucket, first_bucket, occasion, resets_at, spending_limit, budget, counted,
            thresholds
        FROM hold_counter WHERE hold = ? ORDER BY counter
        """
    static let deleteHoldCounters = "DELETE FROM hold_counter WHERE hold = ?"

    static let findEvent =
        "SELECT 1 FROM budget_event WHERE event_id = ? OR counter = ? AND occasion = ? AND percent = ?"
    static let insertOpenEvent = "INSERT INTO open_event (event, epoch) VALUES (?, ?)"
    static let openEvents =
        """
        SELECT event_id, percent, budget, counted, spending_limit, settled_high, settled_low, held_high,
            held_low, resets_at, at
        FROM budget_event
        WHERE id IN (SELECT event FROM open_event WHERE ?2 IS NULL OR epoch = ?2) ORDER BY id LIMIT ?1
        """
    static let closeEvent =
        "DELETE FROM open_event WHERE event = (SELECT id FROM budget_event WHERE event_id = ?)"

    /// Open holds that a counter may count, with what tells whether it does.
    static let openHoldsWithSubjects = holds + " WHERE hold.id IN (SELECT hold FROM open_hold)"
    static let numberOfHold = "SELECT id FROM hold WHERE hold_id = ?"

    /// What lines within a scope charge, by the start of their hour or day. Parameters: span, tag, first
    /// start, account, key, model, whether accounts below count.
    static let chargedByTime =
        """
        SELECT start, sum(charged_high) + sum(estimated_upper_high) + sum(unknown_held_high),
            sum(charged_low) + sum(estimated_upper_low) + sum(unknown_held_low)
        FROM rollup JOIN subject ON subject.id = rollup.subject
        WHERE span = ?1 AND tag = ?2 AND start >= ?3 AND \(scope) GROUP BY start
        """
    /// The same for one end user, line by line. Parameters: user, first start, unused, account, key, model.
    static let chargedByUser =
        """
        SELECT line.at, \(charge), line.call
        FROM line INDEXED BY line_call JOIN call ON call.id = line.call
            JOIN subject ON subject.id = line.subject LEFT JOIN hold ON hold.id = line.hold
        WHERE call.user = ?1 AND line.at >= ?2 AND ?3 IS NOT NULL AND \(scope)
        """
    /// The same for callers that name no user.
    static let chargedWithoutUser =
        """
        SELECT line.at, \(charge), line.call
        FROM line JOIN call ON call.id = line.call
            JOIN subject ON subject.id = line.subject LEFT JOIN hold ON hold.id = line.hold
        WHERE call.user IS NULL AND ?1 = '' AND line.at >= ?2 AND ?3 IS NOT NULL AND \(scope)
        """
    /// What a line charges: its upper bound; for an unknown cost what was held, unless it was corrected.
    private static let charge =
        """
        CASE WHEN cost_status = 'unknown'
            AND EXISTS (SELECT 1 FROM line AS correction WHERE correction.corrects = line.id) THEN 0
            ELSE coalesce(cost_upper, hold.upper_bound, 0) END
        """
    private static let scope =
        """
        (subject.account = ?4 OR ?7 AND (?4 = '' OR substr(subject.account, 1, length(?4) + 1) = ?4 || '/'))
            AND (?5 IS NULL OR ifnull(subject.key, '') = ?5)
            AND (?6 IS NULL OR subject.model = ?6
                OR substr(?6, -1) = '*'
                    AND substr(subject.model, 1, length(?6) - 1) = substr(?6, 1, length(?6) - 1))
        """
}
