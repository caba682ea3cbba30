internal import PennyweightLedger
internal import PennyweightSQLite

/// How an export is written.
enum ExportFormat: String, CaseIterable, Sendable {
    case csv, jsonl

    /// What stands before the first row; empty if nothing does.
    var header: String { self == .csv ? ExportColumns.header : "" }

    /// One row with its end; there is no line break in it.
    func row(_ line: LedgerLine) -> String {
        switch self {
        case .csv: ExportColumns.row(line)
        case .jsonl: ExportJSON.row(line)
        }
    }

    /// The number of the line in a complete row; nil if it is none of this format.
    func number(inRow row: String) -> Int64? {
        switch self {
        case .csv: row.split(separator: ",", maxSplits: 1).first.flatMap { Int64($0) }
        case .jsonl: ExportJSON.number(inRow: row)
        }
    }
}

/// Writes lines page by page: what it holds in memory doesn't grow with the ledger.
struct LedgerExport {
    var query: SQLiteLedger.LineQuery
    let format: ExportFormat

    static let pageLines = 500

    /// Writes all lines from the query's start to the line that is the last one now.
    mutating func run(from ledger: SQLiteLedger, to target: ExportTarget) throws {
        let first = query.after
        let last = try ledger.lastLineNumber()
        query.upTo = last
        var bar = ProgressBar("lines")
        defer { bar.clear() }
        try target.begin()
        while true {
            let lines = try ledger.lines(query, limit: LedgerExport.pageLines)
            try target.write(lines.map(format.row).joined(), upTo: lines.last?.number ?? query.after)
            bar.show((lines.last?.number ?? last) - first, of: last - first)
            guard lines.count == LedgerExport.pageLines, let end = lines.last else { break }
            query.after = end.number
        }
        try target.finish()
    }
}
