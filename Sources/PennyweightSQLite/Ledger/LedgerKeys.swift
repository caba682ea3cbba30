internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The virtual keys of a ledger's file, inside a transaction that the caller holds.
struct LedgerKeys {
    let connection: Connection

    private static let select =
        """
        SELECT id, name, secret_digest, last_four, account, models, routes, created_at, expires_at,
            revoked_at
        FROM virtual_key LEFT JOIN key_revocation ON key_revocation.key = virtual_key.id
        """
    private static let find = select + " WHERE id = ?"
    private static let place = "SELECT rowid FROM virtual_key WHERE id = ?"
    /// Keys are never deleted, so rows are in the order in which they were made.
    private static let page =
        select
            + """
             WHERE virtual_key.rowid < ?1 AND virtual_key.rowid > ?2
                AND (?3 = '' OR account = ?3 OR substr(account, 1, length(?3) + 1) = ?3 || '/')
                AND (?4 = '' OR ?4 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                    WHEN expires_at <= ?5 THEN 'expired' ELSE 'active' END)
            ORDER BY virtual_key.rowid
            """
    private static let insert =
        """
        INSERT OR IGNORE INTO virtual_key
            (id, name, secret_digest, last_four, account, models, routes, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let revoke =
        "INSERT OR IGNORE INTO key_revocation (key, revoked_at) SELECT id, ? FROM virtual_key WHERE id = ?"

    /// False if the id is taken.
    func add(_ key: VirtualKey) throws -> Bool {
        let added = try connection.statement(LedgerKeys.insert).run([
            .text(key.id), .of(key.name), .bytes(key.secretDigest), .text(key.lastFour), .text(key.account),
            .text(LedgerKeys.list(key.models)), .text(LedgerKeys.list(key.routes)), .of(key.createdAt),
            .of(key.expiresAt),
        ])
        if let time = key.revokedAt, added > 0 { try revoke(key.id, at: time) }
        return added > 0
    }

    /// False if there is no such key, or it was revoked before.
    @discardableResult
    func revoke(_ id: String, at time: Timestamp) throws -> Bool {
        try connection.statement(LedgerKeys.revoke).run([.of(time), .text(id)]) > 0
    }

    func key(_ id: String) throws -> VirtualKey? {
        try connection.statement(LedgerKeys.find).first([.text(id)]) { try key(&$0) }
    }

    func page(_ query: KeyQuery) throws -> KeyPage {
        let isBackward = query.endingBefore != nil
        var range: (above: Int64, below: Int64) = (.min, .max)
        if let id = query.endingBefore ?? query.startingAfter {
            let place = try connection.statement(LedgerKeys.place).first([.text(id)]) { try $0.integer() }
            guard let place else { return KeyPage(keys: [], hasMore: false) }
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

    /// Lists are JSON in their column.
    private static func list(_ texts: [String]) -> String {
        String(decoding: JSONValue.array(texts.map(JSONValue.text)).bytes, as: UTF8.self)
    }

    /// A list that can't be read must not become one that allows everything.
    private func list(_ row: inout Row) throws -> [String] {
        let text = try row.text()
        let elements = (try? JSONDocument(text))?.root.elements.map(\.string)
        return try row.present(elements).map { try row.present($0) }
    }
}
