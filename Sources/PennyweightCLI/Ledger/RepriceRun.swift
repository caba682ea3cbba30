internal import PennyweightLedger
internal import PennyweightSQLite
internal import PennyweightTime

/// Prices the attempts of a period again, page by page.
struct RepriceRun {
    private(set) var repricing: Repricing
    private var query = SQLiteLedger.LineQuery()

    init(prices: PriceBook, region: String?, since: Timestamp, until: Timestamp?) {
        repricing = Repricing(prices: prices, region: region)
        query.since = since
        query.until = until
    }

    /// `book` gets the changes of each page.
    mutating func run(
        _ ledger: SQLiteLedger, book: ([SQLiteLedger.Correction]) async throws -> Void
    ) async throws {
        let last = try ledger.lastLineNumber()
        query.upTo = last
        var bar = ProgressBar("lines")
        defer { bar.clear() }
        while true {
            let lines = try ledger.lines(query, limit: LedgerExport.pageLines)
            let corrected = try ledger.corrections(of: lines.map(\.number))
            let changes = lines.compactMap { repricing.add($0, corrections: corrected[$0.number]) }
            if !changes.isEmpty {
                try await book(
                    changes.map {
                        SQLiteLedger.Correction(
                            line: $0.line, target: $0.after, priceVersion: $0.priceVersion)
                    })
            }
            bar.show(lines.last?.number ?? last, of: last)
            guard lines.count == LedgerExport.pageLines, let end = lines.last else { return }
            query.after = end.number
        }
    }
}
