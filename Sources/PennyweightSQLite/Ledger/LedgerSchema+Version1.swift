/// The tables of version 1, which version 2 reads once and replaces.
extension LedgerSchema {
    /// Rows of `hold`, `line` and what belongs to them are never changed or deleted: triggers see to it.
    /// `open_hold` lists the holds without a line, and `account_total` what each account has settled (the
    /// upper part counts 2³²), both in the transaction of the line: a budget is checked without the history.
    /// `pulse` is one row that is written to see whether writing works.
    static let version1 =
        """
        CREATE TABLE epoch (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            opened_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE hold (
            id INTEGER PRIMARY KEY,
            hold_id BLOB NOT NULL UNIQUE CHECK (length(hold_id) = 16),
            call_id BLOB NOT NULL CHECK (length(call_id) = 16),
            attempt INTEGER NOT NULL,
            epoch INTEGER NOT NULL REFERENCES epoch (number),
            account TEXT NOT NULL,
            key TEXT,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            route TEXT NOT NULL,
            upper_bound INTEGER,
            spending_limit INTEGER,
            opened_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE hold_tag (
            hold INTEGER NOT NULL REFERENCES hold (id),
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (hold, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE open_hold (
            hold INTEGER PRIMARY KEY REFERENCES hold (id)
        ) STRICT;

        CREATE TABLE account_total (
            account TEXT PRIMARY KEY,
            settled_high INTEGER NOT NULL,
            settled_low INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE pulse (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            beats INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE line (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('attempt', 'saving')),
            hold INTEGER UNIQUE REFERENCES hold (id),
            call_id BLOB NOT NULL CHECK (length(call_id) = 16),
            at INTEGER NOT NULL,
            account TEXT NOT NULL,
            key TEXT,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            route TEXT NOT NULL,
            outcome TEXT,
            source TEXT,
            cost_status TEXT NOT NULL CHECK (cost_status IN ('exact', 'estimated', 'unknown')),
            cost_lower INTEGER,
            cost_upper INTEGER,
            cost_reason TEXT,
            avoided_status TEXT CHECK (avoided_status IN ('exact', 'estimated', 'unknown')),
            avoided_lower INTEGER,
            avoided_upper INTEGER,
            avoided_reason TEXT,
            executed_model TEXT,
            price_version TEXT,
            status INTEGER,
            first_byte_at INTEGER,
            settled_at INTEGER NOT NULL,
            usage TEXT NOT NULL CHECK (usage IN ('none', 'meters', 'tokens')),
            input INTEGER,
            cached_input INTEGER,
            cache_write INTEGER,
            cache_write_hour INTEGER,
            audio_input INTEGER,
            image_input INTEGER,
            output INTEGER,
            reasoning INTEGER,
            audio_output INTEGER,
            image_output INTEGER,
            service_tier TEXT,
            usage_raw BLOB,
            CHECK ((kind = 'attempt') =
                (hold IS NOT NULL AND outcome IS NOT NULL AND avoided_status IS NULL)),
            CHECK ((kind = 'saving') =
                (hold IS NULL AND source IS NOT NULL AND avoided_status IS NOT NULL)),
            CHECK ((cost_status = 'unknown') = (cost_lower IS NULL AND cost_upper IS NULL))
        ) STRICT;
        CREATE INDEX line_at ON line (at);
        CREATE INDEX line_call ON line (call_id);

        CREATE TABLE line_tag (
            line INTEGER NOT NULL REFERENCES line (id),
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (line, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE line_item (
            line INTEGER NOT NULL REFERENCES line (id),
            position INTEGER NOT NULL,
            unit TEXT NOT NULL,
            variant TEXT,
            count INTEGER NOT NULL,
            unit_price INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (line, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE meter (
            line INTEGER NOT NULL REFERENCES line (id),
            position INTEGER NOT NULL,
            unit TEXT NOT NULL,
            variant TEXT,
            count INTEGER NOT NULL,
            PRIMARY KEY (line, position)
        ) STRICT, WITHOUT ROWID;

        """
        + ["epoch", "hold", "hold_tag", "line", "line_tag", "line_item", "meter"].map { table in
            """
            CREATE TRIGGER \(table)_is_not_changed BEFORE UPDATE ON \(table)
            BEGIN SELECT raise(ABORT, 'rows of a ledger are never changed'); END;
            CREATE TRIGGER \(table)_is_not_deleted BEFORE DELETE ON \(table)
            BEGIN SELECT raise(ABORT, 'rows of a ledger are never deleted'); END;

            """
        }.joined()
}
