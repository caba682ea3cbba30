import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightMiddleware
@testable import PennyweightSQLite

@Suite("Reports out of totals equal reports out of lines")
struct RollupReportTests {
    private typealias Grouping = ReportQuery.Grouping

    /// Every grouping, every pair, and pairs in both orders.
    private static let groupings: [[ReportQuery.Grouping]] =
        Grouping.allCases.map { [$0] }
        + Grouping.allCases.flatMap { first in
            Grouping.allCases.filter { $0 != first }.map { [first, $0] }
        }

    private func naive(_ lines: [LedgerLine], _ query: ReportQuery) -> Report {
        var tally = ReportTally(query)
        for line in lines { tally.add(line) }
        return tally.report(openHolds: 0)
    }

    private func compare(
        _ reading: LedgerReports, _ lines: [LedgerLine], _ query: ReportQuery, _ seed: UInt64
    ) throws {
        let expected = naive(lines, query)
        let report = try reading.report(query)
        #expect(report.total == expected.total, "\(query), seed \(seed)")
        #expect(report.rows.map(\.group) == expected.rows.map(\.group), "\(query), seed \(seed)")
        for (row, other) in zip(report.rows, expected.rows) where row != other {
            Issue.record("\(row.group) of \(query), seed \(seed): \(row.totals) is not \(other.totals)")
        }
    }

    @Test("every grouping and every pair, over random lines", arguments: [11, 12, 13] as [UInt64])
    func everyPair(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let lines = try LineSeries.write(LineSeries(seed: seed).lines(400), to: directory.file())
        let connection = try Connection(directory.file(), SQLiteLedger.options.reading)
        for groupings in RollupReportTests.groupings {
            var query = ReportQuery(by: .model)
            query.groupings = groupings
            try compare(LedgerReports(connection: connection), lines, query, seed)
        }
    }

    @Test(
        "every kind of span: whole days, ragged edges, within a day, nothing",
        arguments: [21] as [UInt64])
    func spans(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let series = LineSeries(seed: seed)
        let lines = try LineSeries.write(series.lines(250), to: directory.file())
        let connection = try Connection(directory.file(), SQLiteLedger.options.reading)
        let points: [Timestamp?] =
            [nil]
            + [0, 3_600, 86_400, 90_000, 172_800, 300_000].map {
                series.start + .seconds($0)
            }
        for since in points {
            for until in points {
                for groupings in [[.day, .model], [.hour], [.tag, .outcome], [.day, .tag]] as [[Grouping]] {
                    var query = ReportQuery(by: .model, since: since, until: until)
                    query.groupings = groupings
                    try compare(LedgerReports(connection: connection), lines, query, seed)
                }
            }
        }
    }

    @Test("an account means itself and those below it, in every grouping")
    func accounts() throws {
        let directory = try TemporaryDirectory()
        let lines = try LineSeries.write(LineSeries(seed: 31).lines(400), to: directory.file())
        let connection = try Connection(directory.file(), SQLiteLedger.options.reading)
        for account in ["acme", "acme/search", "acme-two", "other", "nobody", "acm"] {
            for groupings in [[.account], [.day, .model], [.tag, .account]] as [[Grouping]] {
                var query = ReportQuery(by: .model)
                query.groupings = groupings
                query.account = account
                try compare(LedgerReports(connection: connection), lines, query, 31)
            }
        }
    }

    @Test("totals that are made anew are the ones that were kept", arguments: [41, 42] as [UInt64])
    func rebuild(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        _ = try LineSeries.write(LineSeries(seed: seed).lines(500), to: directory.file())
        let connection = try Connection(directory.file(), SQLiteLedger.options)
        let all = "SELECT * FROM rollup ORDER BY span, tag, start, subject, outcome"
        let columns = 25
        let kept = try connection.statement(all).all { row in (0..<columns).map { _ in row.value() } }
        try connection.execute("UPDATE rollup SET calls = calls + 1 WHERE tag = 0")
        try connection.execute("DELETE FROM rollup WHERE span = 3600")
        let ledger = try SQLiteLedger.open(at: directory.file(), time: SystemTime())
        try await ledger.rebuildTotals()
        let made = try connection.statement(all).all { row in (0..<columns).map { _ in row.value() } }
        #expect(kept == made, "seed \(seed)")
        await ledger.close()
    }

    @Test("making totals anew counts lines of the same batch once, and undoing it undoes nothing else")
    func rebuildInBatch() throws {
        let directory = try TemporaryDirectory()
        let connection = try Connection(directory.file(), SQLiteLedger.options)
        try LedgerSchema.schema.migrate(connection)
        let series = LineSeries(seed: 51)
        let pen = try LedgerPen(connection, epoch: 1)
        var calls: Int64 = 0
        try connection.transaction {
            for line in series.lines(60) {
                guard case .saving(let saving) = line else { continue }
                try LedgerWriting(pen: pen).record(saving)
                pen.keep()
                calls += 1
                try? connection.savepoint {
                    try pen.rollups.writeEarly(to: connection)
                    try pen.rollups.writeEarly(to: connection)
                    if calls % 2 == 0 { try LedgerRollups.rebuild(connection) }
                    if calls % 3 == 0 { throw Undone() }
                    pen.keep()
                }
                if calls % 3 == 0 { pen.undo() }
            }
            try pen.finish()
        }
        let report = try LedgerReports(connection: connection).report(ReportQuery(by: .model))
        #expect(calls > 5 && report.total.calls == calls)
        let lines = try LedgerReading(connection: connection).lines(after: 0, limit: 1_000)
        #expect(naive(lines, ReportQuery(by: .model)).total == report.total)
    }

    private struct Undone: Error {}

    @Test("how many rows a report reads depends on days and combinations, not on lines")
    func rowsRead() throws {
        var counts: [Int64] = []
        for lines in [400, 4_000] {
            let directory = try TemporaryDirectory()
            let connection = try Connection(directory.file(), SQLiteLedger.options)
            try LedgerSchema.schema.migrate(connection)
            let pen = try LedgerPen(connection, epoch: 1)
            let make = Series(start: Timestamp(seconds: 1_790_000_000).day.start)
            try connection.transaction {
                for number in 0..<lines { try LedgerWriting(pen: pen).record(make.saving(number)) }
                pen.keep()
                try pen.finish()
            }
            counts.append(try connection.number("SELECT count(*) FROM rollup WHERE span = 86400"))
        }
        #expect(counts == [12, 12])
    }

    /// The same three models on the same four days, however many lines.
    private struct Series {
        let start: Timestamp

        func saving(_ number: Int) -> Saving {
            Saving(
                callID: SortableID(high: 7, low: UInt64(number)),
                subject: Subject(account: "a", provider: "p", model: "m\(number % 3)", route: "/r"),
                source: .hit, usage: nil, avoided: .nothing, executedModel: nil,
                at: start + .seconds(Int64(number % 4) * 86_400 + Int64(number)))
        }
    }

    @Test("stretches cover the query once: hours at the edges, days between")
    func stretches() {
        let day = Timestamp(seconds: 1_790_000_000).day.start
        let query = ReportQuery(by: .model, since: day + .seconds(7_000), until: day + .seconds(200_000))
        #expect(
            query.stretches == [
                ReportStretch(span: 3_600, start: day + .seconds(3_600), end: day + .seconds(86_400)),
                ReportStretch(span: 86_400, start: day + .seconds(86_400), end: day + .seconds(172_800)),
                ReportStretch(span: 3_600, start: day + .seconds(172_800), end: day + .seconds(200_000)),
            ])
        #expect(ReportQuery(by: .model).stretches.map(\.span) == [86_400])
        #expect(ReportQuery(by: .hour).stretches.map(\.span) == [3_600])
        #expect(ReportQuery(by: .model, since: day, until: day).stretches.isEmpty)
    }

    @Test("tags are found by a seek for each, and totals of all lines by one")
    func plan() throws {
        let directory = try TemporaryDirectory()
        let connection = try Connection(directory.file(), SQLiteLedger.options)
        try LedgerSchema.schema.migrate(connection)
        let seek = "(span=? AND tag=? AND start>? AND start<?)"
        for sql in [
            LedgerSchema.rollupsOfAll, LedgerSchema.rollupsOfTags, LedgerSchema.rollupsOfTagged,
        ] {
            let values: [SQLValue] = [.of(3_600), .of(0), .of(1)]
            let steps = try connection.statement("EXPLAIN QUERY PLAN " + sql).all(values) { row in
                _ = (row.value(), row.value(), row.value())
                return try row.text()
            }
            #expect(steps.contains { $0.contains(seek) }, "\(steps)")
        }
    }
}
