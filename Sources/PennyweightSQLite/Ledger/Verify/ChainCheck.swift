private import Crypto

/// Computes each commit's digest anew from the rows that it covers.
///
/// A commit that doesn't fit is found once: the next one is computed from the digest that is stored.
struct ChainCheck {
    let connection: Connection
    let report: VerifyReport

    /// The digest of no rows.
    private static let nothing = Array(SHA256.hash(data: [UInt8]()))

    func run(expecting expected: String?) throws {
        let all = try connection.number("SELECT count(*) FROM chain")
        var previous = LedgerChain.Link.first
        var number: Int64 = 0
        var isExpectedMet = expected == nil || expected == hexadecimal(previous)
        let select = try Statement("SELECT id, \(LedgerChain.columns) FROM chain ORDER BY id", on: connection)
        try select.forEach([]) { row in
            let id = try row.integer()
            let link = try LedgerChain.Link(&row)
            if id != number + 1 {
                report.find(
                    .chain, "commits \(number + 1) to \(id - 1) are missing", table: "chain", commit: id)
            }
            number = id
            try check(link, number: id, after: previous)
            previous = link
            if hexadecimal(link) == expected { isExpectedMet = true }
            report.verdict.commits += 1
            try report.advance(.chain, report.verdict.commits, of: all)
        }
        try checkEnd(previous, number: number)
        report.verdict.digest = hexadecimal(previous)
        if !isExpectedMet {
            report.find(
                .chain,
                "no commit has the expected digest: what was written up to it was changed or taken away",
                table: "chain")
        }
    }

    private func check(_ link: LedgerChain.Link, number: Int64, after previous: LedgerChain.Link) throws {
        for (index, table) in LedgerTable.numbered.enumerated()
        where link.marks[index] < previous.marks[index] {
            report.find(
                .chain, "commit \(number) ends before the one before it in '\(table.name)'", table: "chain",
                commit: number)
            return
        }
        var rows: [[UInt8]] = []
        for table in LedgerTable.all {
            guard table.canGrow(from: previous.marks, to: link.marks) else {
                rows.append(ChainCheck.nothing)
                continue
            }
            rows.append(
                try LedgerChain.digest(
                    of: table, after: previous.marks, upTo: link.marks, in: connection))
        }
        let computed = LedgerChain.Link(
            after: previous, marks: link.marks, rows: rows, isOfVersion2: link.isOfVersion2)
        guard computed != link else { return }
        let tables = differingTables(computed, link, after: previous)
        guard !tables.isEmpty else {
            report.find(
                .chain, "the digest of commit \(number) was changed, or one of the rows it covers",
                table: "chain",
                commit: number)
            return
        }
        for table in tables {
            report.find(
                .chain,
                "rows of '\(table.name)' in commit \(number) \(range(table, previous, link)) were changed, "
                    + "taken away or added", table: table.name, commit: number)
        }
    }

    /// The tables whose rows aren't those that were written, by what is kept of their digests.
    private func differingTables(
        _ computed: LedgerChain.Link, _ stored: LedgerChain.Link, after previous: LedgerChain.Link
    ) -> [LedgerTable] {
        guard computed.hints.count == stored.hints.count else { return [] }
        let grown = LedgerTable.all.filter { $0.canGrow(from: previous.marks, to: stored.marks) }
        return grown.enumerated().filter { position, _ in
            let start = position * LedgerChain.hintLength
            let range = start..<(start + LedgerChain.hintLength)
            return computed.hints[range] != stored.hints[range]
        }.map(\.element)
    }

    private func range(
        _ table: LedgerTable, _ previous: LedgerChain.Link, _ link: LedgerChain.Link
    ) -> String {
        let (first, last) = (previous.marks[table.ownerMark] + 1, link.marks[table.ownerMark])
        let numbers = first == last ? "\(last)" : "\(first) to \(last)"
        return "(\(LedgerTable.all[table.owner.table].name) \(numbers))"
    }

    /// Rows that no commit covers: before the first number, or after the last.
    private func checkEnd(_ last: LedgerChain.Link, number: Int64) throws {
        for table in LedgerTable.all {
            let mark = last.marks[table.ownerMark]
            let beyond =
                try connection.statement(
                    "SELECT count(*) FROM \(table.name) "
                        + "WHERE \(table.owner.column) > ? OR \(table.owner.column) < 1"
                ).first([.of(mark)]) { try $0.integer() } ?? 0
            guard beyond > 0 else { continue }
            report.find(
                .chain,
                "\(beyond) rows of '\(table.name)' are in no commit: they were added by hand, or the end of "
                    + "the chain was taken away after commit \(number)", table: table.name)
        }
    }

    private func hexadecimal(_ link: LedgerChain.Link) -> String { SQLiteLedger.hexadecimal(link.digest) }
}
