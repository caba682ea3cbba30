internal import PennyweightLedger
internal import PennyweightSQLite

extension Reconciler {
    /// Counts every line of a ledger that the exports cover, page by page.
    mutating func add(allOf ledger: SQLiteLedger, within invoice: Invoice) throws {
        let buckets = invoice.buckets.values.joined()
        guard let first = buckets.map(\.start).min(), let end = buckets.map(\.end).max() else { return }
        var query = SQLiteLedger.LineQuery()
        query.since = first
        query.until = end
        let last = try ledger.lastLineNumber()
        query.upTo = last
        var bar = ProgressBar("lines")
        defer { bar.clear() }
        while true {
            let lines = try ledger.lines(query, limit: LedgerExport.pageLines)
            for line in lines { add(line) }
            bar.show(lines.last?.number ?? last, of: last)
            guard lines.count == LedgerExport.pageLines, let end = lines.last else { return }
            query.after = end.number
        }
    }
}
