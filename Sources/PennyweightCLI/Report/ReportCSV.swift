internal import PennyweightLedger

/// A report as comma-separated values (RFC 4180): a header line, a line for each group, no line for the
/// total.
enum ReportCSV {
    static func text(_ report: Report) -> String {
        let header = (report.groupings.map(\.rawValue) + ReportColumns.names).joined(separator: ",")
        let lines = report.rows.map { row in
            (row.group.map(quoted) + ReportColumns.values(of: row.totals).map(\.text)).joined(separator: ",")
        }
        return ([header] + lines).map { $0 + "\r\n" }.joined()
    }

    /// Quotes a field if it has to be. A field that a spreadsheet would run as a formula gets an apostrophe
    /// first.
    static func quoted(_ field: String) -> String {
        let isFormula = ["=", "+", "-", "@", "\t", "\r"].contains { field.hasPrefix($0) }
        let clean = String(field.map { $0.unicodeScalars.contains { $0.value < 0x20 } ? "?" : $0 })
        let safe = isFormula ? "'" + clean : clean
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
