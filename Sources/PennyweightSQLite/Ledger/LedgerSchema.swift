/// The tables of `ledger.sqlite`. Money is in pico-dollars, time in nanoseconds since 1970, ids are 16 bytes.
///
/// Totals that may outgrow 64 bits lie in two columns; the upper one counts 2³².
enum LedgerSchema {
    /// "PWLG"
    static let schema = Schema(
        applicationID: 0x5057_4C47, name: "ledger",
        migrations: [
            Schema.Migration(version1),
            Schema.Migration(version2) { try LedgerUpgrade.version2($0) },
            Schema.Migration(version3) { try LedgerUpgrade.version3($0) },
        ])

    /// The tables whose rows are never changed or deleted, in the order in which the chain of version 2
    /// covers them.
    static let immutable = [
        "subject", "name", "tag", "call", "call_tag", "hold", "job", "line", "line_item", "meter",
    ]

    /// Triggers that refuse to change or delete rows.
    static func seal(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_is_not_changed BEFORE UPDATE ON \(table)
        BEGIN SELECT raise(ABORT, 'rows of a ledger are never changed'); END;
        CREATE TRIGGER \(table)_is_not_deleted BEFORE DELETE ON \(table)
        BEGIN SELECT raise(ABORT, 'rows of a ledger are never deleted'); END;

        """
    }
}
