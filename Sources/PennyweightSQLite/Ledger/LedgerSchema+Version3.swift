/// What version 3 adds: calls are found by subject; the chain covers keys, revocations and events; which
/// opening of the ledger tells an event, and where calls belong.
extension LedgerSchema {
    /// Keys and revocations get numbers, as every table has that the chain covers. It covers neither who
    /// tells an event nor where a call belongs.
    static let version3 =
        ["virtual_key", "key_revocation"].map { table in
            """
            DROP TRIGGER \(table)_is_not_changed;
            DROP TRIGGER \(table)_is_not_deleted;
            ALTER TABLE \(table) RENAME TO \(table)_2;

            """
        }.joined()
            + """
            CREATE TABLE virtual_key (
                id INTEGER PRIMARY KEY,
                key_id TEXT NOT NULL UNIQUE,
                name TEXT,
                secret_digest BLOB NOT NULL CHECK (length(secret_digest) = 32),
                last_four TEXT NOT NULL,
                account TEXT NOT NULL,
                models TEXT NOT NULL,
                routes TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER
            ) STRICT;
            CREATE TABLE key_revocation (
                id INTEGER PRIMARY KEY,
                key INTEGER NOT NULL UNIQUE REFERENCES virtual_key (id),
                revoked_at INTEGER NOT NULL
            ) STRICT;
            INSERT INTO virtual_key (key_id, name, secret_digest, last_four, account, models, routes, created_at,
                expires_at)
                SELECT id, name, secret_digest, last_four, account, models, routes, created_at, expires_at
                FROM virtual_key_2 ORDER BY rowid;
            INSERT INTO key_revocation (key, revoked_at)
                SELECT virtual_key.id, revoked_at FROM key_revocation_2
                    JOIN virtual_key ON virtual_key.key_id = key_revocation_2.key
                ORDER BY key_revocation_2.rowid;
            DROP TABLE key_revocation_2;
            DROP TABLE virtual_key_2;

            ALTER TABLE chain ADD COLUMN virtual_key INTEGER;
            ALTER TABLE chain ADD COLUMN key_revocation INTEGER;
            ALTER TABLE chain ADD COLUMN budget_event INTEGER;

            CREATE INDEX call_subject ON call (subject, call_id);

            ALTER TABLE open_event ADD COLUMN epoch INTEGER REFERENCES epoch (number);

            CREATE TABLE call_origin (
                call_id BLOB PRIMARY KEY CHECK (length(call_id) = 16),
                session TEXT,
                trace TEXT
            ) STRICT, WITHOUT ROWID;

            """ + ["virtual_key", "key_revocation"].map(seal).joined()

    static let insertOrigin =
        "INSERT OR IGNORE INTO call_origin (call_id, session, trace) VALUES (?, ?, ?)"
    static let originOfCall = "SELECT session, trace FROM call_origin WHERE call_id = ?"

    /// Openings that have events to tell, other than this one. An event of version 2 is nobody's.
    static let otherTellers =
        "SELECT DISTINCT ifnull(epoch, 0) FROM open_event WHERE ifnull(epoch, 0) <> ?"
    static let takeEvents = "UPDATE open_event SET epoch = ? WHERE ifnull(epoch, 0) = ?"
}
