extension CacheSchema {
    /// What an entry says of itself, in the order in which it is bound, read, and summed up by its checksum.
    static let columns =
        """
        key, name, canonical_digest, account, namespace, route, model, executed_model, provider, status,
        content_type, stored_at, expires_at, usable_until, took, tags, pace, cost_status, cost_lower,
        cost_upper, cost_reason, usage, input, cached_input, cache_write, cache_write_hour, audio_input,
        image_input, output, reasoning, audio_output, image_output, cached_audio_input, cached_image_input,
        accepted_prediction, rejected_prediction, service_tier, usage_raw, meters, sealing
        """
    static let columnCount = 40

    static let findBody =
        """
        SELECT id FROM body WHERE hash = ? AND codec = ? AND dictionary = ? AND length = ? AND bytes = ?
        """
    static let insertBody =
        """
        INSERT INTO body (hash, codec, dictionary, length, bytes, size, holders) VALUES (?, ?, ?, ?, ?, ?, 0)
        RETURNING id
        """
    static let insert =
        "INSERT INTO entry (hash, size, body, length, checksum, \(columns)) VALUES ("
        + Array(repeating: "?", count: 5 + columnCount).joined(separator: ", ") + ")"

    private static let select =
        """
        SELECT entry.id, checksum, \(columns), codec, dictionary, body.length, bytes
        FROM entry LEFT JOIN body ON body.id = entry.body
        """
    static let find = select + " WHERE entry.hash = ? AND key = ?"
    static let findNamed = select + " WHERE name = ? LIMIT 1"

    static let delete = "DELETE FROM entry WHERE hash = ? AND key = ?"
    static let deleteRow = "DELETE FROM entry WHERE id = ?"

    static let tick = "UPDATE total SET tick = tick + 1"
    static let touch =
        """
        UPDATE use SET tick = (SELECT tick FROM total), hits = hits + ?2, used_at = ifnull(?3, used_at)
        WHERE entry = ?1
        """
    static let touchKey =
        """
        UPDATE use SET tick = (SELECT tick FROM total), hits = hits + ?3, used_at = ifnull(?4, used_at)
        WHERE entry = (SELECT id FROM entry WHERE hash = ?1 AND key = ?2)
        """
    static let leastUsed = "SELECT entry FROM use ORDER BY tick LIMIT ?"
    static let total = "SELECT entries, bytes, bodies, plain_bytes, vectors FROM total, vector_total"
    static let bytes = "SELECT bytes FROM total"
}

/// Statements over a ``CacheSelection``, whose values are 1 to 10.
extension CacheSchema {
    private static let conditions =
        """
        (?1 IS NULL OR key = ?1) AND (?2 IS NULL OR name = ?2) AND (?3 IS NULL OR ?3 = '' OR account = ?3
        OR substr(account, 1, length(?3) + 1) = ?3 || '/') AND (?4 IS NULL OR namespace = ?4) AND (?5 IS NULL OR route = ?5)
        AND (?6 IS NULL OR model GLOB ?6 OR executed_model GLOB ?6) AND (?7 IS NULL OR provider = ?7)
        AND (?8 IS NULL OR instr(tags, ?8) > 0) AND (?9 IS NULL OR stored_at < ?9)
        AND (?10 IS NULL OR expires_at < ?10)
        """
    private static let summary =
        """
        SELECT name, key, account, namespace, route, model, executed_model, provider, status, length,
            cost_status, cost_lower, cost_upper, cost_reason, stored_at, expires_at, tags, used_at, hits, sealing
        FROM entry LEFT JOIN use ON use.entry = entry.id
        """

    /// The row of a name or key, to look at this one only.
    static let rowNamed = "SELECT id FROM entry WHERE name = ?"
    static let rowOfKey = "SELECT id FROM entry WHERE hash = ? AND key = ?"

    /// Where a slice of rows ends: the last of so many after a row; null for the rest.
    static let sliceOfRows = "SELECT id FROM entry WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?"
    static let sliceOfNames = "SELECT name FROM entry WHERE name > ? ORDER BY name LIMIT 1 OFFSET ?"
    static let lastRow = "SELECT max(id) FROM entry"

    static let rows =
        "SELECT id FROM entry WHERE \(conditions) AND id > ?11 AND id <= ?12 ORDER BY id"
    static let summaries =
        "\(summary) WHERE \(conditions) AND name > ?11 AND name <= ?12 ORDER BY name LIMIT ?13"
    static let summariesOfRow = "\(summary) WHERE \(conditions) AND id = ?11"
}
