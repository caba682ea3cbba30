import PennyweightLedger
import PennyweightTime

@testable import PennyweightSQLite

/// Everything that must be true of a ledger file at any time, read from its tables.
struct LedgerSoundness {
    let connection: Connection

    /// What is wrong with a file; empty if nothing is.
    static func problems(at path: String) throws -> [String] {
        let soundness = LedgerSoundness(connection: try Connection(path, SQLiteLedger.options))
        // Undone at the end: the totals are added up anew to be compared.
        try soundness.connection.execute("BEGIN IMMEDIATE")
        defer { soundness.connection.rollback() }
        return try soundness.file() + soundness.holds() + soundness.chain() + soundness.counters()
            + soundness.totals()
    }

    private func count(_ what: String, _ sql: String) throws -> [String] {
        let found = try connection.number(sql)
        return found == 0 ? [] : ["\(found) \(what)"]
    }

    private func file() throws -> [String] {
        try count("rows refer to nothing", "SELECT count(*) FROM pragma_foreign_key_check")
            + count(
                "problems of integrity",
                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
    }

    private func holds() throws -> [String] {
        try count(
            "holds are neither open nor closed, or both",
            """
            SELECT count(*) FROM hold
            WHERE (id IN (SELECT hold FROM open_hold)) = (id IN (SELECT hold FROM line WHERE hold NOT NULL))
            """)
            + count(
                "exact lines are not the sum of their items",
                """
                SELECT count(*) FROM line WHERE cost_status = 'exact' AND cost_lower <>
                    (SELECT coalesce(sum(amount), cost_lower) FROM line_item WHERE line = line.id)
                """)
            + LedgerTable.numbered.flatMap {
                try count(
                    "numbers are missing in \($0.name)",
                    "SELECT coalesce(max(id), 0) - count(*) FROM \($0.name)")
            }
    }

    private func chain() throws -> [String] {
        var previous = LedgerChain.Link.first
        let links = try connection.statement("SELECT \(LedgerChain.columns) FROM chain ORDER BY id").all {
            row in
            try LedgerChain.Link(&row)
        }
        for (index, link) in links.enumerated() {
            let rows = try LedgerTable.all.map {
                try LedgerChain.digest(of: $0, after: previous.marks, upTo: link.marks, in: connection)
            }
            let computed = LedgerChain.Link(
                after: previous, marks: link.marks, rows: rows, isOfVersion2: link.isOfVersion2)
            guard computed == link else {
                return ["commit \(index + 1) has another digest than its rows"]
            }
            previous = link
        }
        let marks = try LedgerTable.numbered.map {
            try connection.number("SELECT coalesce(max(id), 0) FROM \($0.name)")
        }
        return previous.marks == marks ? [] : ["the chain ends at \(previous.marks), the rows at \(marks)"]
    }

    /// What the counters hold is what is open and counted.
    private func counters() throws -> [String] {
        try count(
            "counters hold something else than their open attempts",
            """
            SELECT count(*) FROM counter_bucket WHERE held_high * 4294967296 + held_low <>
                (SELECT coalesce(sum(upper_bound), 0) FROM hold_counter JOIN hold ON hold.id = hold
                 WHERE hold_counter.counter = counter_bucket.counter
                    AND hold_counter.bucket = counter_bucket.start)
            """)
            + count(
                "counters count a hold that is closed",
                "SELECT count(*) FROM hold_counter WHERE hold NOT IN (SELECT hold FROM open_hold)")
            + count(
                "open events are none",
                "SELECT count(*) FROM open_event WHERE event NOT IN (SELECT id FROM budget_event)")
    }

    private func totals() throws -> [String] {
        let kept = try rollups()
        try LedgerRollups.rebuild(connection)
        return try rollups() == kept ? [] : ["the totals are not the sum of the lines"]
    }

    private func rollups() throws -> [[SQLValue]] {
        try connection.statement("SELECT * FROM rollup ORDER BY span, tag, start, subject, outcome")
            .all { row in (0..<25).map { _ in row.value() } }
    }
}
