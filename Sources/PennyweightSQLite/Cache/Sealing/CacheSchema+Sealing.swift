extension CacheSchema {
    /// Marks rows whose answer is sealed, by the version of how that is done (``EntrySealing/version``). What
    /// was stored before goes, as its checksums don't cover the column.
    static let sealing =
        """
        DELETE FROM entry;
        ALTER TABLE entry ADD COLUMN sealing INTEGER;

        """

    /// Takes the columns of an entry and its body as they were before they were sealed, so that one function
    /// reads both kinds of row.
    static let opened =
        "SELECT " + Array(repeating: "?", count: columnCount + 4).joined(separator: ", ")

    /// The names of ``columns``.
    static let columnNames = columns.split { $0 == "," || $0.isWhitespace }.map(String.init)

    /// Where the column `sealing` stands in ``find``.
    static let sealingPlace = Int32(2 + columnCount - 1)
}
