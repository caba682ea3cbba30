/// The tables of `cache.sqlite`, and what is asked of them. Time is in nanoseconds since 1970.
enum CacheSchema {
    /// "PWCA"
    static let schema = Schema(
        applicationID: 0x5057_4341, name: "cache",
        migrations: [version1, version2, version3, version4].map { Schema.Migration($0) })

    /// Leases between processes, sealed rows, and vectors.
    private static let version4 = leases + sealing + vectors

    /// `use` orders entries by their last use, apart from `entry`, so that a read doesn't rewrite a body.
    /// `total` is kept by triggers: what is stored now, and the clock that `use.tick` reads.
    static let version1 =
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key BLOB NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            canonical_digest BLOB NOT NULL,
            account TEXT NOT NULL,
            route TEXT NOT NULL,
            model TEXT NOT NULL,
            executed_model TEXT,
            provider TEXT NOT NULL,
            status INTEGER NOT NULL,
            content_type TEXT NOT NULL,
            stored_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
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
            service_tier TEXT,
            usage_raw BLOB,
            meters TEXT,
            codec INTEGER NOT NULL,
            dictionary INTEGER NOT NULL,
            length INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        CREATE TABLE use (
            entry INTEGER PRIMARY KEY,
            tick INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX use_tick ON use (tick);

        CREATE TABLE total (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            entries INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            tick INTEGER NOT NULL
        ) STRICT;
        INSERT INTO total (id, entries, bytes, tick) VALUES (1, 0, 0, 1);

        CREATE TRIGGER entry_inserted AFTER INSERT ON entry BEGIN
            UPDATE total SET entries = entries + 1, bytes = bytes + new.size, tick = tick + 1;
            INSERT INTO use (entry, tick) SELECT new.id, tick FROM total;
        END;
        CREATE TRIGGER entry_deleted AFTER DELETE ON entry BEGIN
            UPDATE total SET entries = entries - 1, bytes = bytes - old.size;
            DELETE FROM use WHERE entry = old.id;
        END;
        """

    /// Tells cached media and predictions apart. An entry's checksum covers its columns: those of version 1
    /// could not be proven right any more.
    static let version2 =
        """
        DELETE FROM entry;
        DELETE FROM use;
        ALTER TABLE entry ADD COLUMN cached_audio_input INTEGER;
        ALTER TABLE entry ADD COLUMN cached_image_input INTEGER;
        ALTER TABLE entry ADD COLUMN accepted_prediction INTEGER;
        ALTER TABLE entry ADD COLUMN rejected_prediction INTEGER;

        """
}
