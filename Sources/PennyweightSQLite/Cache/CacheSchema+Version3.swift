extension CacheSchema {
    /// Keeps bodies apart from entries, so that equal ones are kept once and lists read no bodies; finds
    /// entries by an integer, which an index holds in half the space; and says more of each entry. What was
    /// stored before goes: a cache is disposable.
    ///
    /// `entry.hash` is the first 8 bytes of the key, `body.hash` those of the body's SHA-256.
    /// `body.holders` counts the entries of a body, kept by triggers, as are `use` and `total`.
    static let version3 =
        """
        DROP TABLE entry;
        DROP TABLE use;
        DROP TABLE total;

        CREATE TABLE body (
            id INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL,
            size INTEGER NOT NULL,
            holders INTEGER NOT NULL,
            codec INTEGER NOT NULL,
            dictionary INTEGER NOT NULL,
            length INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE INDEX body_hash ON body (hash);

        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash INTEGER NOT NULL,
            size INTEGER NOT NULL,
            body INTEGER NOT NULL,
            length INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            key BLOB NOT NULL,
            name BLOB NOT NULL,
            canonical_digest BLOB NOT NULL,
            account TEXT NOT NULL,
            namespace TEXT NOT NULL,
            route TEXT NOT NULL,
            model TEXT NOT NULL,
            executed_model TEXT,
            provider TEXT NOT NULL,
            status INTEGER NOT NULL,
            content_type TEXT NOT NULL,
            stored_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            usable_until INTEGER NOT NULL,
            took INTEGER,
            tags TEXT,
            pace BLOB,
            cost_status TEXT NOT NULL,
            cost_lower INTEGER,
            cost_upper INTEGER,
            cost_reason TEXT,
            usage TEXT NOT NULL,
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
            meters TEXT
        ) STRICT;
        CREATE INDEX entry_hash ON entry (hash);
        CREATE INDEX entry_name ON entry (name);

        CREATE TABLE use (
            entry INTEGER PRIMARY KEY,
            tick INTEGER NOT NULL,
            hits INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX use_tick ON use (tick);

        CREATE TABLE total (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            entries INTEGER NOT NULL,
            bodies INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            plain_bytes INTEGER NOT NULL,
            tick INTEGER NOT NULL
        ) STRICT;
        INSERT INTO total (id, entries, bodies, bytes, plain_bytes, tick) VALUES (1, 0, 0, 0, 0, 1);

        CREATE TRIGGER body_inserted AFTER INSERT ON body BEGIN
            UPDATE total SET bodies = bodies + 1, bytes = bytes + new.size;
        END;
        CREATE TRIGGER body_deleted AFTER DELETE ON body BEGIN
            UPDATE total SET bodies = bodies - 1, bytes = bytes - old.size;
        END;
        CREATE TRIGGER entry_inserted AFTER INSERT ON entry BEGIN
            UPDATE total SET entries = entries + 1, bytes = bytes + new.size,
                plain_bytes = plain_bytes + new.length, tick = tick + 1;
            INSERT INTO use (entry, tick, hits) SELECT new.id, tick, 0 FROM total;
            UPDATE body SET holders = holders + 1 WHERE id = new.body;
        END;
        CREATE TRIGGER entry_deleted AFTER DELETE ON entry BEGIN
            UPDATE total SET entries = entries - 1, bytes = bytes - old.size,
                plain_bytes = plain_bytes - old.length;
            DELETE FROM use WHERE entry = old.id;
            UPDATE body SET holders = holders - 1 WHERE id = old.body;
            DELETE FROM body WHERE id = old.body AND holders < 1;
        END;
        """
}
