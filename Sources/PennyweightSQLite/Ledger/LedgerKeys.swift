internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The virtual keys of a ledger's file, inside a transaction that the caller holds.
struct LedgerKeys {
    let connection: Connection

    private static let select =
        """
        SELECT key_id, name, secret_digest, last_four, account, models, routes, created_at, expires_at,
            revoked_at
        FROM virtual_key LEFT JOIN key_revocation ON key_revocation.key = virtual_key.id
        """
    private static let find = select + " WHERE key_id = ?"
    private static let place = "SELECT id FROM virtual_key WHERE key_id = ?"
    private static let revocation = "SELECT 1 FROM key_revocation WHERE key = ?"
    /// Keys are never deleted, so rows are in the order in which they were made.
    private static let page =
        select
            + """
             WHERE virtual_key.id < ?1 AND virtual_key.id > ?2
                AND (?3 = '' OR account = ?3 OR substr(account, 1, length(?3) + 1) = ?3 || '/')
                AND (?4 = '' OR ?4 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                    WHEN expires_at <= ?5 THEN 'expired' ELSE 'active' END)
            ORDER BY virtual_key.id
            """
    /// The number of a key; nil if there is none with this id.
    func number(of id: String) throws -> Int64? {
        try connection.statement(LedgerKeys.place).first([.text(id)]) { try $0.integer() }
    }

    func isRevoked(_ number: Int64) throws -> Bool {
        try connection.statement(LedgerKeys.revocation).first([.of(number)]) { try $0.integer() } != nil
    }

    func key(_ id: String) throws -> VirtualKey? {
        try connection.statement(LedgerKeys.find).first([.text(id)]) { try key(&$0) }
    }

    func page(_ query: KeyQuery) throws -> KeyPage {
        let isBackward = query.endingBefore != nil
        var range: (above: Int64, below: Int64) = (.min, .max)
        if let id = query.endingBefore ?? query.startingAfter {
            guard let place = try number(of: id) else { return KeyPage(keys: [], hasMore: false) }
            if isBackward { range.above = place } else { range.below = place }
        }
        let sql = LedgerKeys.page + (isBackward ? "" : " DESC") + " LIMIT ?6"
        let found = try connection.statement(sql).all([
            .of(range.below), .of(range.above), .text(query.account), .text(query.status?.rawValue ?? ""),
            .of(query.time), .of(query.limit + 1),
        ]) { try key(&$0) }
        let keys = Array(found.prefix(query.limit))
        return KeyPage(keys: isBackward ? keys.reversed() : keys, hasMore: found.count > query.limit)
    }

    private func key(_ row: inout Row) throws -> VirtualKey {
        let (id, name, digest) = (try row.text(), row.optionalText(), try row.bytes())
        let (lastFour, account) = (try row.text(), try row.text())
        let (models, routes) = (try list(&row), try list(&row))
        return VirtualKey(
            id: id, name: name, secretDigest: digest, lastFour: lastFour, account: account, models: models,
            routes: routes, createdAt: try row.timestamp(), expiresAt: row.optionalTimestamp(),
            revokedAt: row.optionalTimestamp())
    }

    /// A list that can't be read must not become one that allows everything.
    private func list(_ row: inout Row) throws -> [String] {
        let text = try row.text()
        let elements = (try? JSONDocument(text))?.root.elements.map(\.string)
        return try row.present(elements).map { try row.present($0) }
    }
}
