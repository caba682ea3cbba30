extension CacheSchema {
    /// Who asks the provider for what, among the processes that share the file. `owner` is a number that is
    /// drawn for each lease: who has lost one doesn't give back another's.
    static let leases =
        """
        CREATE TABLE lease (
            key BLOB PRIMARY KEY,
            owner INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// Takes a lease that nobody has, or that has expired. One that lasts longer than any is made for is of a
    /// clock that was set back since.
    static let takeLease =
        """
        INSERT INTO lease (key, owner, expires_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
        WHERE lease.expires_at <= ?4 OR lease.expires_at > ?5
        RETURNING 1
        """
    static let heldLease = "SELECT 1 FROM lease WHERE key = ?1 AND expires_at > ?2 AND expires_at <= ?3"
    static let renewLease = "UPDATE lease SET expires_at = ?3 WHERE key = ?1 AND owner = ?2"
    static let giveLeaseBack = "DELETE FROM lease WHERE key = ?1 AND owner = ?2"
    static let forgetLeases = "DELETE FROM lease WHERE expires_at <= ?1"
}
