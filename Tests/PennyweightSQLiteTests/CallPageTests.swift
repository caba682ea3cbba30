import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Pages of calls by account or key")
struct CallPageTests {
    private let directory: TemporaryDirectory
    private let connection: Connection
    private let start = Timestamp(seconds: 1_790_000_000)

    /// A call, as it was written.
    private struct Written {
        let id: SortableID
        let at: Timestamp
        let account: String
        let key: String?
    }

    init() throws {
        directory = try TemporaryDirectory()
        connection = try Connection(directory.file(), SQLiteLedger.options)
        try LedgerSchema.schema.migrate(connection)
    }

    private func id(_ number: Int) -> SortableID {
        let milliseconds = UInt64((start + .seconds(number)).milliseconds)
        return SortableID(high: milliseconds << 16 | 0x7000, low: UInt64(number))
    }

    private func write(_ calls: [Written]) throws {
        let pen = try LedgerPen(connection, epoch: 1)
        try connection.transaction {
            for call in calls {
                try LedgerWriting(pen: pen).record(
                    Saving(
                        callID: call.id,
                        subject: Subject(
                            account: call.account, key: call.key, provider: "p", model: "m", route: "/r"),
                        source: .hit, usage: nil, avoided: .nothing, executedModel: nil, at: call.at))
            }
            pen.keep()
            try pen.finish()
        }
    }

    @Test("one call among many of others is on the first page: the others are not looked at")
    func rare() throws {
        let others = (1...12_000).map {
            Written(id: id($0), at: start + .seconds($0), account: "many", key: "k\($0 % 3)")
        }
        try write([Written(id: id(0), at: start, account: "rare/below", key: "one")] + others)
        for change in [
            { $0.account = "rare" }, { $0.key = "one" }, { $0.account = "rare/below" },
        ] as [(inout CallQuery) -> Void] {
            var query = CallQuery()
            change(&query)
            let page = try LedgerCalls(connection: connection).page(query)
            #expect(page.calls.map(\.id) == [id(0)] && !page.hasMore)
        }
        var query = CallQuery()
        query.account = "rar"
        #expect(try LedgerCalls(connection: connection).page(query).calls.isEmpty)
    }

    @Test(
        "page by page, both ways, every wanted call comes once and in order, whatever a page may look at",
        arguments: [(10_000, 2_000), (40, 2_000), (7, 2_000), (30, 2)])
    func model(reach: Int, subjectLimit: Int) throws {
        let random = SeededRandom(seed: 77)
        let accounts = ["a", "a/b", "a/b/c", "a-b", "b"]
        let calls = (0..<300).map { number in
            Written(
                id: id(number),
                // Some waited, so that the order of times isn't that of ids.
                at: start + .seconds(number + Int(random.next(below: 3)) * 40),
                account: accounts[Int(random.next(below: 5))],
                key: random.next(below: 3) == 0 ? nil : "k\(random.next(below: 4))")
        }
        try write(calls.sorted { $0.at < $1.at })
        var reading = LedgerCalls(connection: connection)
        (reading.reach, reading.subjectLimit) = (reach, subjectLimit)
        for number in 0..<40 {
            var query = CallQuery()
            query.limit = 1 + Int(random.next(below: 9))
            if number % 3 != 0 { query.account = accounts[Int(random.next(below: 5))] }
            if number % 3 != 1 { query.key = "k\(random.next(below: 4))" }
            if number % 4 == 0 { query.createdAfter = start + .seconds(Int(random.next(below: 300))) }
            if number % 5 == 0 { query.createdBefore = start + .seconds(Int(random.next(below: 300))) }
            let wanted = calls.filter { query.covers(account: $0.account, key: $0.key, at: $0.at) }.map(\.id)
            #expect(try all(reading, query, isBackward: false) == wanted.reversed(), "\(query)")
            #expect(try all(reading, query, isBackward: true) == wanted, "\(query)")
        }
    }

    /// All calls of a query, in the order in which its pages lead to them.
    private func all(_ reading: LedgerCalls, _ query: CallQuery, isBackward: Bool) throws -> [SortableID] {
        var (query, found) = (query, [SortableID]())
        if isBackward { query.endingBefore = SortableID(high: 0, low: 0) }
        for _ in 0..<2_000 {
            let page = try reading.page(query)
            #expect(page.calls.count <= query.limit)
            let ids = page.calls.map(\.id)
            found += isBackward ? ids.reversed() : ids
            guard page.hasMore, let edge = page.edge else { return found }
            if isBackward { query.endingBefore = edge } else { query.startingAfter = edge }
        }
        Issue.record("the pages of \(query) don't end")
        return found
    }

    @Test("a page by subject is a stretch of an index")
    func plan() throws {
        for sql in [LedgerCalls.older, LedgerCalls.newer] {
            let plan = try connection.statement("EXPLAIN QUERY PLAN " + sql)
                .all([.null, .null, .null, .null]) { row in
                    _ = (row.value(), row.value(), row.value())
                    return try row.text()
                }
            #expect(plan == ["SEARCH call USING INDEX call_subject (subject=? AND call_id>? AND call_id<?)"])
        }
    }
}
