/// Looks at pages, rows and references with SQLite's own checks.
struct StructureCheck {
    let connection: Connection
    let report: VerifyReport

    func run() throws {
        try report.advance(.structure, 0, of: 1)
        let select = try Statement("PRAGMA quick_check(\(LedgerVerdict.findingLimit))", on: connection)
        for text in try select.all(read: { try $0.text() }) where text != "ok" {
            report.find(.structure, String(text.replacing("\n", with: " ").prefix(300)))
        }
        guard report.verdict.isSound else { return }
        try Statement("PRAGMA foreign_key_check", on: connection).forEach([]) { row in
            let (table, number, parent) = (try row.text(), row.optionalInteger(), try row.text())
            let place = number.map { "row \($0)" } ?? "a row"
            report.find(
                .structure, "\(place) of '\(table)' refers to a row of '\(parent)' that isn't there",
                table: table)
        }
        report.verdict.lines = try connection.number("SELECT count(*) FROM line")
        report.verdict.openHolds = try connection.number("SELECT count(*) FROM open_hold")
        try report.advance(.structure, 1, of: 1)
    }
}
