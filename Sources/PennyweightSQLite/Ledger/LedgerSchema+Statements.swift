/// What is asked of the ledger's tables.
extension LedgerSchema {
    static let insertEpoch = "INSERT INTO epoch (opened_at) VALUES (?) RETURNING number"

    static let findSubject =
        """
        SELECT id FROM subject WHERE account = ? AND model = ? AND ifnull(key, '') = ?
            AND ifnull(executed_model, '') = ? AND route = ? AND provider = ?
        """
    static let findTag = "SELECT id FROM tag WHERE name = ? AND value = ?"
    static let findName = "SELECT id FROM name WHERE text = ?"
    static let findCall = "SELECT id FROM call WHERE call_id = ?"
    static let tagsOfCall = "SELECT tag FROM call_tag WHERE call = ? ORDER BY tag"

    static let findHold = "SELECT 1 FROM hold WHERE hold_id = ?"
    /// What settling needs of a hold.
    static let holdToSettle =
        "SELECT hold_id, id, call, subject, attempt, upper_bound, capped, opened_at FROM hold"
    static let insertOpenHold = "INSERT INTO open_hold (hold, expires_at) VALUES (?, ?)"
    static let deleteOpenHold = "DELETE FROM open_hold WHERE hold = ?"
    static let renewHold =
        """
        UPDATE open_hold SET expires_at = max(expires_at, ?2)
        WHERE hold = (SELECT id FROM hold WHERE hold_id = ?1)
        """
    static let countOpenHolds = "SELECT count(*) FROM open_hold"
    /// Open holds after a place, in their order, a page at a time.
    static let openHolds =
        """
        SELECT hold.id, hold.epoch, open_hold.expires_at,
            EXISTS (SELECT 1 FROM job WHERE job.hold = hold.id)
        FROM open_hold JOIN hold ON hold.id = open_hold.hold
        WHERE open_hold.hold > ? ORDER BY open_hold.hold LIMIT ?
        """
    static let openHoldID = "SELECT id FROM hold WHERE hold_id = ? AND id IN (SELECT hold FROM open_hold)"
    static let findJob = "SELECT 1 FROM job WHERE provider = ? AND job_id = ?"
    static let holdOfJob =
        holds + " WHERE hold.id = (SELECT hold FROM job WHERE provider = ? AND job_id = ?) "
        + "AND hold.id IN (SELECT hold FROM open_hold)"

    static let holds =
        """
        SELECT hold.hold_id, call.call_id, call.id, hold.attempt, subject.account, subject.key, call.user,
            subject.provider, subject.model, subject.route, hold.upper_bound, hold.capped, hold.queued, hold.opened_at,
            hold.expires_at
        FROM hold JOIN call ON call.id = hold.call JOIN subject ON subject.id = hold.subject
        """
    static let openHoldsOfCall =
        holds + " WHERE hold.call = ? AND hold.id IN (SELECT hold FROM open_hold) ORDER BY hold.id"

    private static let totalColumns = [
        "calls", "attempts", "hits", "unknown", "input", "cached_input", "output", "reasoning",
        "charged_high", "charged_low", "avoided_high", "avoided_low", "estimated_lower_high",
        "estimated_lower_low", "estimated_upper_high", "estimated_upper_low", "unknown_held_high",
        "unknown_held_low", "latency", "first_token",
    ]
    private static let rollupKey = ["span", "tag", "start", "subject", "outcome"]
    private static let isRollup = rollupKey.map { "\($0) = ?" }.joined(separator: " AND ")

    static let rollupColumns = rollupColumns(of: "rollup")

    /// The columns of a row of totals, of a table that goes by another name in a query.
    private static func rollupColumns(of table: String) -> String {
        totalColumns.map { "\(table).\($0)" }.joined(separator: ", ")
    }

    static let findRollup = "SELECT \(rollupColumns) FROM rollup WHERE \(isRollup)"
    /// Writes a new row of totals: first what it holds, then which it is.
    static let insertRollup =
        "INSERT INTO rollup (\((totalColumns + rollupKey).joined(separator: ", "))) "
        + "VALUES (\(Array(repeating: "?", count: 25).joined(separator: ", ")))"
    /// Writes a row that is there, with the same values; replacing it costs half as much again.
    static let updateRollup =
        "UPDATE rollup SET \(totalColumns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(isRollup)"

    static let askedSubject = "SELECT account, key, provider, model, route FROM subject WHERE id = ?"
    static let tagText = "SELECT name, value FROM tag WHERE id = ?"
    static let subjectTexts =
        "SELECT account, key, provider, coalesce(executed_model, model), route FROM subject WHERE id = ?"

    /// Totals of a span between two points, of all lines.
    static let rollupsOfAll = rollups(of: PendingRollups.allTags)
    /// Totals of a span between two points, of the lines that have a tag.
    static let rollupsOfTagged = rollups(of: PendingRollups.anyTag)

    private static func rollups(of tag: Int64) -> String {
        """
        SELECT tag, start, subject, outcome, \(rollupColumns)
        FROM rollup WHERE span = ? AND start >= ? AND start < ? AND tag = \(tag)
        """
    }

    /// Totals of a span between two points, of every tag: a seek for each, so that the times between are
    /// not read.
    static let rollupsOfTags =
        """
        SELECT rollup.tag, start, subject, outcome, \(rollupColumns)
        FROM tag CROSS JOIN rollup
            ON rollup.tag = tag.id AND rollup.span = ? AND rollup.start >= ? AND rollup.start < ?
        """

    /// What the totals are made of, of the lines after a number.
    static let linesToAdd = lineSums + " WHERE line.id > ? ORDER BY line.id LIMIT ?"
    static let correctionsToAdd = lineSums + " WHERE line.corrects IS NOT NULL"
    static let lineSums =
        """
        SELECT line.id, line.subject, line.call, line.kind, line.at, line.outcome, line.source,
            avoided_status, avoided_lower, avoided_upper, avoided_reason, cost_status, cost_lower,
            cost_upper, cost_reason, hold.upper_bound, hold.attempt, first_token_at, settled_at, input,
            cached_input, output, reasoning, \(resolution)
        FROM line LEFT JOIN hold ON hold.id = line.hold
        """

    /// Of a line that is the first correction of an attempt of unknown cost: how that ended, and what was
    /// held for it; else two nulls, or one and a number that means nothing.
    private static let resolution =
        """
        (SELECT attempt.outcome FROM line AS attempt
            WHERE attempt.id = line.corrects AND attempt.cost_status = 'unknown' AND NOT EXISTS (
                SELECT 1 FROM line AS earlier
                WHERE earlier.corrects = line.corrects AND earlier.id < line.id)),
            (SELECT attempt_hold.upper_bound FROM line AS attempt
                JOIN hold AS attempt_hold ON attempt_hold.id = attempt.hold WHERE attempt.id = line.corrects)
        """

    static let lines =
        """
        SELECT line.id, line.kind, line.corrects, call.call_id, call.id, line.at, subject.account,
            subject.key, call.user, subject.provider, subject.model, subject.route, subject.executed_model,
            line.outcome, line.source, hold.hold_id, hold.attempt, hold.upper_bound, hold.queued,
            avoided_status, avoided_lower, avoided_upper, avoided_reason, cost_status, cost_lower,
            cost_upper, cost_reason, name.text, status, first_byte_at, first_token_at, settled_at,
            characters, usage, input, cached_input, cache_write, cache_write_hour, audio_input,
            image_input, output, reasoning, audio_output, image_output, cached_audio_input,
            cached_image_input, accepted_prediction, rejected_prediction, service_tier, usage_raw,
            \(resolution)
        FROM line JOIN call ON call.id = line.call JOIN subject ON subject.id = line.subject
            LEFT JOIN hold ON hold.id = line.hold LEFT JOIN name ON name.id = line.price_version
        """
    /// Of the latest lines: what was seen and what it was in tokens. Reasoning and rejected predictions are
    /// not seen.
    static let answersSeen =
        """
        SELECT subject.provider, subject.executed_model, characters,
            output - ifnull(reasoning, 0) - ifnull(rejected_prediction, 0)
        FROM line JOIN subject ON subject.id = line.subject
        WHERE line.id > (SELECT coalesce(max(id), 0) FROM line) - ? AND kind = 'attempt'
            AND outcome = 'served' AND cost_status = 'exact' AND characters > 0 AND output > 0
            AND ifnull(audio_output, 0) = 0 AND ifnull(image_output, 0) = 0
            AND subject.executed_model IS NOT NULL
        """
    static let recentLines = lines + " ORDER BY line.id DESC LIMIT ?"
    static let linesAfter = lines + " WHERE line.id > ? ORDER BY line.id LIMIT ?"
    static let linesOfCall =
        lines + " WHERE line.call = (SELECT id FROM call WHERE call_id = ?) ORDER BY line.id LIMIT 1000"
    static let itemsOfLine =
        "SELECT unit, variant, count, unit_price FROM line_item WHERE line = ? ORDER BY position"
    static let metersOfLine = "SELECT unit, variant, count FROM meter WHERE line = ? ORDER BY position"
    static let tagTexts =
        "SELECT tag.name, tag.value FROM call_tag JOIN tag ON tag.id = call_tag.tag WHERE call_tag.call = ?"

    /// Changes each time, because SQLite leaves out a write that changes nothing.
    static let beat = """
        INSERT INTO pulse (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = beats + 1
        """
}
