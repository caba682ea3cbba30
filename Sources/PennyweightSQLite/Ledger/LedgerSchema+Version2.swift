/// The tables of version 2: calls apart from attempts, names written once, totals by hour and day, counters
/// of budgets, keys, and the chain of digests.
extension LedgerSchema {
    static let version2 =
        ["hold", "hold_tag", "line", "line_tag", "line_item", "meter"].map { table in
            """
            DROP TRIGGER \(table)_is_not_changed;
            DROP TRIGGER \(table)_is_not_deleted;
            ALTER TABLE \(table) RENAME TO \(table)_1;

            """
        }.joined()
            + """
            DROP INDEX line_at;
            DROP INDEX line_call;
            ALTER TABLE open_hold RENAME TO open_hold_1;

            """
        + tables2 + copy2
        + ["line_item", "meter", "line_tag", "hold_tag", "open_hold", "line", "hold"].map {
            "DROP TABLE \($0)_1;\n"
        }.joined()
        + "DROP TABLE account_total;\n"
        + (immutable + ["budget_event", "virtual_key", "key_revocation", "chain"]).map(seal).joined()

    /// `subject`, `name` and `tag` hold text once. `open_hold` lists the holds without a line; `rollup` adds
    /// lines up by hour and by day (tag 0: all lines, tag -1: those with any tag, else those with that tag);
    /// `counter` and its buckets hold what budgets count. All are written in the transaction of the line.
    ///
    /// A line's checks say OR: for IN with three values SQLite makes a table in memory at every insert, which
    /// doubles what a line costs.
    private static let tables2 =
        """
        CREATE TABLE subject (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            key TEXT,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            executed_model TEXT,
            route TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX subject_once ON subject
            (account, model, ifnull(key, ''), ifnull(executed_model, ''), route, provider);

        CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE tag (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            UNIQUE (name, value)
        ) STRICT;

        CREATE TABLE call (
            id INTEGER PRIMARY KEY,
            call_id BLOB NOT NULL UNIQUE CHECK (length(call_id) = 16),
            at INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject (id),
            user TEXT
        ) STRICT;
        CREATE INDEX call_user ON call (user, at) WHERE user IS NOT NULL;

        CREATE TABLE call_tag (
            call INTEGER NOT NULL REFERENCES call (id),
            tag INTEGER NOT NULL REFERENCES tag (id),
            PRIMARY KEY (call, tag)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE hold (
            id INTEGER PRIMARY KEY,
            hold_id BLOB NOT NULL UNIQUE CHECK (length(hold_id) = 16),
            call INTEGER NOT NULL REFERENCES call (id),
            attempt INTEGER NOT NULL,
            epoch INTEGER NOT NULL REFERENCES epoch (number),
            subject INTEGER NOT NULL REFERENCES subject (id),
            upper_bound INTEGER,
            capped INTEGER NOT NULL CHECK (capped IN (0, 1)),
            queued INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX hold_call ON hold (call);

        CREATE TABLE open_hold (
            hold INTEGER PRIMARY KEY REFERENCES hold (id),
            expires_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            provider TEXT NOT NULL,
            job_id TEXT NOT NULL,
            hold INTEGER NOT NULL REFERENCES hold (id),
            UNIQUE (provider, job_id)
        ) STRICT;
        CREATE INDEX job_hold ON job (hold);

        CREATE TABLE line (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind = 'attempt' OR kind = 'saving' OR kind = 'correction'),
            hold INTEGER UNIQUE REFERENCES hold (id),
            call INTEGER NOT NULL REFERENCES call (id),
            corrects INTEGER REFERENCES line (id),
            at INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject (id),
            outcome TEXT,
            source TEXT,
            cost_status TEXT NOT NULL CHECK (
                cost_status = 'exact' OR cost_status = 'estimated' OR cost_status = 'unknown'),
            cost_lower INTEGER,
            cost_upper INTEGER,
            cost_reason TEXT,
            avoided_status TEXT CHECK (
                avoided_status = 'exact' OR avoided_status = 'estimated' OR avoided_status = 'unknown'),
            avoided_lower INTEGER,
            avoided_upper INTEGER,
            avoided_reason TEXT,
            price_version INTEGER REFERENCES name (id),
            status INTEGER,
            first_byte_at INTEGER,
            first_token_at INTEGER,
            settled_at INTEGER NOT NULL,
            characters INTEGER,
            usage TEXT NOT NULL CHECK (usage = 'none' OR usage = 'meters' OR usage = 'tokens'),
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
            cached_audio_input INTEGER,
            cached_image_input INTEGER,
            accepted_prediction INTEGER,
            rejected_prediction INTEGER,
            service_tier TEXT,
            usage_raw BLOB,
            CHECK ((kind = 'attempt') = (hold IS NOT NULL AND outcome IS NOT NULL)),
            CHECK ((kind = 'saving') = (source IS NOT NULL AND avoided_status IS NOT NULL)),
            CHECK ((kind = 'correction') = (corrects IS NOT NULL)),
            CHECK ((cost_status = 'unknown') = (cost_lower IS NULL AND cost_upper IS NULL))
        ) STRICT;
        CREATE INDEX line_call ON line (call);
        CREATE INDEX line_at ON line (at);
        CREATE INDEX line_corrects ON line (corrects) WHERE corrects IS NOT NULL;

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

        CREATE TABLE rollup (
            span INTEGER NOT NULL CHECK (span IN (3600, 86400)),
            tag INTEGER NOT NULL,
            start INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject (id),
            outcome TEXT NOT NULL,
            calls INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            hits INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            input INTEGER NOT NULL,
            cached_input INTEGER NOT NULL,
            output INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            charged_high INTEGER NOT NULL,
            charged_low INTEGER NOT NULL,
            avoided_high INTEGER NOT NULL,
            avoided_low INTEGER NOT NULL,
            estimated_lower_high INTEGER NOT NULL,
            estimated_lower_low INTEGER NOT NULL,
            estimated_upper_high INTEGER NOT NULL,
            estimated_upper_low INTEGER NOT NULL,
            unknown_held_high INTEGER NOT NULL,
            unknown_held_low INTEGER NOT NULL,
            latency BLOB NOT NULL,
            first_token BLOB NOT NULL,
            PRIMARY KEY (span, tag, start, subject, outcome)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE counter (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE counter_bucket (
            counter INTEGER NOT NULL REFERENCES counter (id),
            start INTEGER NOT NULL,
            settled_high INTEGER NOT NULL,
            settled_low INTEGER NOT NULL,
            held_high INTEGER NOT NULL,
            held_low INTEGER NOT NULL,
            PRIMARY KEY (counter, start)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE counter_epoch (
            counter INTEGER NOT NULL REFERENCES counter (id),
            epoch INTEGER NOT NULL REFERENCES epoch (number),
            PRIMARY KEY (counter, epoch)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE hold_counter (
            hold INTEGER NOT NULL REFERENCES hold (id),
            counter INTEGER NOT NULL REFERENCES counter (id),
            bucket INTEGER NOT NULL,
            first_bucket INTEGER NOT NULL,
            occasion INTEGER NOT NULL,
            resets_at INTEGER,
            spending_limit INTEGER NOT NULL,
            budget TEXT NOT NULL,
            counted TEXT NOT NULL,
            thresholds TEXT NOT NULL,
            PRIMARY KEY (hold, counter)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE budget_event (
            id INTEGER PRIMARY KEY,
            event_id BLOB NOT NULL UNIQUE,
            counter INTEGER NOT NULL REFERENCES counter (id),
            occasion INTEGER NOT NULL,
            percent INTEGER NOT NULL,
            budget TEXT NOT NULL,
            counted TEXT NOT NULL,
            spending_limit INTEGER NOT NULL,
            settled_high INTEGER NOT NULL,
            settled_low INTEGER NOT NULL,
            held_high INTEGER NOT NULL,
            held_low INTEGER NOT NULL,
            resets_at INTEGER,
            at INTEGER NOT NULL,
            UNIQUE (counter, occasion, percent)
        ) STRICT;

        CREATE TABLE open_event (event INTEGER PRIMARY KEY REFERENCES budget_event (id)) STRICT;

        CREATE TABLE virtual_key (
            id TEXT PRIMARY KEY,
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
            key TEXT PRIMARY KEY REFERENCES virtual_key (id),
            revoked_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE chain (
            id INTEGER PRIMARY KEY,
            subject INTEGER NOT NULL,
            name INTEGER NOT NULL,
            tag INTEGER NOT NULL,
            call INTEGER NOT NULL,
            hold INTEGER NOT NULL,
            job INTEGER NOT NULL,
            line INTEGER NOT NULL,
            hints BLOB NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32)
        ) STRICT;

        """

    /// Brings the rows of version 1 over, each with its number.
    private static let copy2 =
        """
        INSERT OR IGNORE INTO subject (account, key, provider, model, executed_model, route)
            SELECT DISTINCT account, key, provider, model, NULL, route FROM hold_1
            UNION SELECT account, key, provider, model, executed_model, route FROM line_1
            UNION SELECT account, key, provider, model, NULL, route FROM line_1;
        INSERT INTO name (text)
            SELECT DISTINCT price_version FROM line_1 WHERE price_version IS NOT NULL;
        INSERT OR IGNORE INTO tag (name, value)
            SELECT name, value FROM hold_tag_1 UNION SELECT name, value FROM line_tag_1;

        INSERT OR IGNORE INTO call (call_id, at, subject, user)
            SELECT call_id, opened_at, \(subject(of: "hold_1", executed: "NULL")), NULL
            FROM hold_1 ORDER BY id;
        INSERT OR IGNORE INTO call (call_id, at, subject, user)
            SELECT call_id, at, \(subject(of: "line_1", executed: "NULL")), NULL
            FROM line_1 WHERE kind = 'saving' ORDER BY id;
        INSERT OR IGNORE INTO call_tag (call, tag)
            SELECT call.id, tag.id FROM hold_tag_1 JOIN hold_1 ON hold_1.id = hold
                JOIN call ON call.call_id = hold_1.call_id
                JOIN tag ON tag.name = hold_tag_1.name AND tag.value = hold_tag_1.value
            UNION SELECT call.id, tag.id FROM line_tag_1 JOIN line_1 ON line_1.id = line
                JOIN call ON call.call_id = line_1.call_id
                JOIN tag ON tag.name = line_tag_1.name AND tag.value = line_tag_1.value;
        INSERT INTO hold (id, hold_id, call, attempt, epoch, subject, upper_bound, capped, queued,
            opened_at, expires_at)
            SELECT hold_1.id, hold_id, call.id, attempt, epoch, \(subject(of: "hold_1", executed: "NULL")),
                upper_bound, 0, 0, opened_at, expires_at
            FROM hold_1 JOIN call ON call.call_id = hold_1.call_id;
        INSERT INTO open_hold (hold, expires_at)
            SELECT open_hold_1.hold, expires_at FROM open_hold_1 JOIN hold ON hold.id = open_hold_1.hold;
        INSERT INTO line (id, kind, hold, call, corrects, at, subject, outcome, source, cost_status,
            cost_lower, cost_upper, cost_reason, avoided_status, avoided_lower, avoided_upper,
            avoided_reason, price_version, status, first_byte_at, first_token_at, settled_at, characters,
            usage, input, cached_input, cache_write, cache_write_hour, audio_input, image_input, output,
            reasoning, audio_output, image_output, service_tier, usage_raw)
            SELECT line_1.id, kind, line_1.hold, call.id, NULL, line_1.at,
                \(subject(of: "line_1", executed: "line_1.executed_model")), outcome,
                source, cost_status, cost_lower, cost_upper, cost_reason, avoided_status, avoided_lower,
                avoided_upper, avoided_reason, name.id, status, first_byte_at, NULL, settled_at, NULL,
                usage, input, cached_input, cache_write, cache_write_hour, audio_input, image_input, output,
                reasoning, audio_output, image_output, service_tier, usage_raw
            FROM line_1 JOIN call ON call.call_id = line_1.call_id
                LEFT JOIN name ON name.text = price_version;
        INSERT INTO line_item (line, position, unit, variant, count, unit_price, amount)
            SELECT line, position, unit, variant, count, unit_price, amount FROM line_item_1;
        INSERT INTO meter (line, position, unit, variant, count)
            SELECT line, position, unit, variant, count FROM meter_1;

        """

    private static func subject(of table: String, executed: String) -> String {
        """
        (SELECT id FROM subject WHERE account = \(table).account AND model = \(table).model
            AND ifnull(key, '') = ifnull(\(table).key, '')
            AND ifnull(executed_model, '') = ifnull(\(executed), '') AND route = \(table).route
            AND provider = \(table).provider)
        """
    }
}
