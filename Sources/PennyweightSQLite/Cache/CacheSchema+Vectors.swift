/// The tables of the stage `SemanticLookup`: vectors of entries, and what was learned about serving them.
extension CacheSchema {
    /// `vector.number` grows, so that whoever has read up to one reads on from there. A vector goes with its
    /// entry, by a trigger; what was learned of an entry stays, as a later answer to the same question may be
    /// as wrong for the similar one.
    ///
    /// `vector_partition` counts what was ever put in and taken out: who has both numbers in memory sees with
    /// one look whether anything has changed. `evidence.subject` is an entry's key, or empty for the whole
    /// partition.
    static let vectors =
        """
        CREATE TABLE vector_partition (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest BLOB NOT NULL UNIQUE,
            inserted INTEGER NOT NULL,
            removed INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE vector (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            partition INTEGER NOT NULL,
            hash INTEGER NOT NULL,
            key BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE INDEX vector_partition_rows ON vector (partition);
        CREATE INDEX vector_hash ON vector (hash);

        CREATE TABLE vector_total (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            vectors INTEGER NOT NULL
        ) STRICT;
        INSERT INTO vector_total (id, vectors) VALUES (1, 0);

        CREATE TABLE semantic_hit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            partition BLOB NOT NULL,
            entry BLOB NOT NULL,
            key BLOB NOT NULL,
            band INTEGER NOT NULL,
            account TEXT NOT NULL,
            at INTEGER NOT NULL,
            correct INTEGER
        ) STRICT;

        CREATE TABLE evidence (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            partition BLOB NOT NULL,
            subject BLOB NOT NULL,
            band INTEGER NOT NULL,
            correct INTEGER NOT NULL,
            wrong INTEGER NOT NULL,
            UNIQUE (partition, subject, band)
        ) STRICT;

        CREATE TRIGGER vector_inserted AFTER INSERT ON vector BEGIN
            UPDATE vector_partition SET inserted = inserted + 1 WHERE id = new.partition;
            UPDATE vector_total SET vectors = vectors + 1;
            UPDATE total SET bytes = bytes + length(new.bytes) + 200;
        END;
        CREATE TRIGGER vector_deleted AFTER DELETE ON vector BEGIN
            UPDATE vector_partition SET removed = removed + 1 WHERE id = old.partition;
            DELETE FROM vector_partition WHERE id = old.partition AND inserted = removed;
            UPDATE vector_total SET vectors = vectors - 1;
            UPDATE total SET bytes = bytes - length(old.bytes) - 200;
        END;
        CREATE TRIGGER entry_vector_deleted AFTER DELETE ON entry BEGIN
            DELETE FROM vector WHERE hash = old.hash AND key = old.key;
        END;
        """

    static let partition = "SELECT id, inserted, removed FROM vector_partition WHERE digest = ?"
    static let insertPartition =
        """
        INSERT INTO vector_partition (digest, inserted, removed) VALUES (?, 0, 0)
        ON CONFLICT (digest) DO NOTHING
        """
    static let vectorsAfter =
        """
        SELECT number, checksum, key, bytes FROM vector
        WHERE partition = ? AND number > ? ORDER BY number DESC LIMIT ?
        """
    static let vectorNumbers = "SELECT number FROM vector WHERE partition = ?"
    static let deleteVector = "DELETE FROM vector WHERE partition = ? AND hash = ? AND key = ?"
    static let deleteVectorRow = "DELETE FROM vector WHERE number = ?"
    static let deleteVectorsOf = "DELETE FROM vector WHERE hash = ? AND key = ?"
    static let deleteOldestVectors =
        """
        DELETE FROM vector WHERE number IN
            (SELECT number FROM vector WHERE partition = ? ORDER BY number LIMIT ?)
        """
    /// Only beside an entry: one that was removed meanwhile leaves no vector behind.
    static let insertVector =
        """
        INSERT INTO vector (partition, hash, key, checksum, bytes)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM entry WHERE hash = ?2 AND key = ?3)
        """
    static let vectorTotal = "SELECT vectors FROM vector_total"

    static let evidence = "SELECT band, correct, wrong FROM evidence WHERE partition = ? AND subject = ?"
    static let addEvidence =
        """
        INSERT INTO evidence (partition, subject, band, correct, wrong) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (partition, subject, band)
        DO UPDATE SET correct = correct + excluded.correct, wrong = wrong + excluded.wrong
        """
    static let halveEvidence =
        """
        UPDATE evidence SET correct = correct / 2, wrong = (wrong + 1) / 2
        WHERE partition = ? AND subject = ? AND band = ? AND correct + wrong > ?
        """
    static let insertHit =
        """
        INSERT INTO semantic_hit (id, partition, entry, key, band, account, at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """
    static let hit =
        "SELECT partition, entry, key, band, account, correct FROM semantic_hit WHERE id = ?"
    static let judgeHit = "UPDATE semantic_hit SET correct = ? WHERE id = ? AND correct IS NULL"
    static let forgetHits =
        "DELETE FROM semantic_hit WHERE number <= (SELECT max(number) FROM semantic_hit) - ?"
    static let evidenceCount = "SELECT count(*) FROM evidence"
    /// What was never wrong goes first: it closes nothing.
    static let forgetEvidence =
        """
        DELETE FROM evidence WHERE number IN
            (SELECT number FROM evidence ORDER BY wrong > 0, number LIMIT ?)
        """
}
