import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteLedger: verification")
struct LedgerVerifyTests {
    private let sample: VerifiedLedger

    init() async throws {
        sample = try await VerifiedLedger()
    }

    @Test("a ledger as it was written is sound, and tells its lines, commits and digest")
    func sound() throws {
        let verdict = try sample.verdict { _ in }
        #expect(verdict.findings == [])
        #expect(verdict.isSound)
        #expect(verdict.lines == 8)
        #expect(verdict.openHolds == 1)
        #expect(verdict.commits > 10)
        #expect(verdict.digest == sample.digest)
    }

    @Test("any value of any row that the chain covers shows with its table and commit")
    func everyColumn() throws {
        for table in VerifiedLedger.tables {
            for column in try sample.columns(of: table.name) {
                let other = VerifiedLedger.otherValue(column.name, column.type)
                let key = table.owner.column
                let verdict = try sample.verdict { connection in
                    try connection.execute(
                        """
                        UPDATE \(table.name) SET \(column.name) = \(other)
                        WHERE \(key) = (SELECT max(\(key)) FROM \(table.name))
                        """)
                }
                let found = verdict.findings.contains { $0.check == .chain && $0.table == table.name }
                #expect(found, "\(table.name).\(column.name): \(verdict.findings)")
            }
        }
    }

    @Test("a row that is taken away shows with its table and commit")
    func deletedRows() throws {
        for table in VerifiedLedger.tables {
            for order in ["min", "max"] {
                let key = table.owner.column
                let verdict = try sample.verdict { connection in
                    try connection.execute(
                        "DELETE FROM \(table.name) WHERE \(key) = (SELECT \(order)(\(key)) FROM \(table.name))"
                    )
                }
                let found = verdict.findings.contains {
                    $0.check == .chain && $0.table == table.name && $0.commit != nil
                }
                #expect(found, "\(order) of \(table.name): \(verdict.findings)")
            }
        }
    }

    @Test("a row that is added shows, before, after and among the others")
    func addedRows() throws {
        for id in [-1, 9_999] {
            let verdict = try sample.verdict {
                try $0.execute("INSERT INTO name (id, text) VALUES (\(id), 'more')")
            }
            #expect(verdict.findings.contains { $0.check == .chain && $0.table == "name" })
        }
        let item = try sample.verdict {
            try $0.execute(
                "INSERT INTO line_item SELECT line, 99, unit, variant, 0, unit_price, 0 FROM line_item LIMIT 1"
            )
        }
        #expect(item.findings.contains { $0.table == "line_item" && $0.commit != nil })
    }

    @Test("two rows that trade places show")
    func swappedRows() throws {
        let verdict = try sample.verdict {
            try $0.execute("UPDATE hold SET id = -1 WHERE id = 1; UPDATE hold SET id = 1 WHERE id = 2")
            try $0.execute("UPDATE hold SET id = 2 WHERE id = -1")
        }
        #expect(verdict.findings.filter { $0.check == .chain && $0.table == "hold" }.count == 2)
    }

    @Test("any change to the chain itself shows, and a commit that is taken away")
    func chainRows() throws {
        for column in try sample.columns(of: "chain") {
            let other = VerifiedLedger.otherValue(column.name, column.type)
            let verdict = try sample.verdict {
                try $0.execute("UPDATE chain SET \(column.name) = \(other) WHERE id = 4")
            }
            #expect(verdict.findings.contains { $0.check == .chain }, "chain.\(column.name)")
        }
        for id in ["2", "(SELECT max(id) FROM chain)"] {
            let verdict = try sample.verdict { try $0.execute("DELETE FROM chain WHERE id = \(id)") }
            #expect(verdict.findings.contains { $0.check == .chain }, "commit \(id)")
        }
    }

    @Test("totals that aren't what the lines add up to show, column by column")
    func rollups() throws {
        for column in try sample.columns(of: "rollup") {
            let other = VerifiedLedger.otherValue(column.name, column.type)
            let verdict = try sample.verdict {
                try $0.execute(
                    """
                    UPDATE rollup SET \(column.name) = \(column.name == "span" ? "90000" : other)
                    WHERE span = 3600 AND tag = 0 AND start = (SELECT min(start) FROM rollup) AND outcome = 'served'
                    """)
            }
            #expect(!verdict.isSound, "rollup.\(column.name)")
        }
        let fewer = try sample.verdict { try $0.execute("DELETE FROM rollup WHERE span = 86400 AND tag > 0") }
        #expect(fewer.findings.contains { $0.check == .rollups })
        let more = try sample.verdict {
            try $0.execute("UPDATE rollup SET outcome = 'refused' WHERE outcome = 'hit'")
        }
        #expect(more.findings.contains { $0.check == .rollups })
    }

    @Test(
        "holds and budgets that don't agree with open attempts show",
        arguments: [
            ("DELETE FROM open_hold", LedgerVerdict.Check.holds),
            ("INSERT INTO open_hold (hold, expires_at) VALUES (1, 9223372036854775807)", .holds),
            ("UPDATE open_hold SET expires_at = 0", .holds),
            (
                "INSERT INTO hold_counter SELECT 1, counter, bucket, first_bucket, occasion, resets_at, spending_limit, budget, "
                    + "counted, thresholds FROM hold_counter", .holds
            ),
            ("UPDATE counter_bucket SET held_low = held_low - 1", .counters),
            ("UPDATE counter_bucket SET held_high = held_high + 1", .counters),
            ("DELETE FROM hold_counter", .counters),
            ("UPDATE counter_bucket SET settled_high = settled_high + 1000", .counters),
        ] as [(String, LedgerVerdict.Check)])
    func holds(sql: String, check: LedgerVerdict.Check) throws {
        let verdict = try sample.verdict { try $0.execute(sql) }
        #expect(verdict.findings.contains { $0.check == check }, "\(verdict.findings)")
    }

    @Test("an expected digest has to be in the chain")
    func expected() async throws {
        let ledger = try SQLiteLedger.open(at: sample.directory.file(), time: ManualTime())
        #expect(try ledger.verify(expecting: sample.digest.uppercased()).isSound)
        let hold = LineMaker(seed: 9).hold()
        try await ledger.reserve(hold)
        try await ledger.settle(LineMaker(seed: 9).settlement(hold, .nothing))
        let later = try ledger.verify(expecting: sample.digest)
        #expect(later.isSound && later.digest != sample.digest)
        let rolledBack = try sample.verdict { _ in }
        #expect(rolledBack.isSound)
        let missing = try ledger.verify(expecting: String(repeating: "0", count: 63) + "1")
        #expect(missing.findings.map(\.check) == [.chain])
        await ledger.close()
    }

    @Test("a new ledger is sound, and one that is being written to is as well")
    func whileWriting() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        #expect(try ledger.verify().isSound)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<4 {
                group.addTask {
                    let make = LineMaker(seed: UInt64(100 + seed))
                    for index in 0..<40 {
                        let hold = make.hold(tags: ["n": "\(index % 3)"], after: .seconds(index * 300))
                        try await ledger.reserve(hold)
                        try await ledger.settle(make.settlement(hold, .exact(Money(picos: Int64(index)))))
                    }
                }
            }
            for _ in 0..<5 {
                let verdict = try ledger.verify()
                #expect(verdict.isSound, "\(verdict.findings)")
            }
            try await group.waitForAll()
        }
        #expect(try ledger.verify().lines == 160)
        await ledger.close()
    }
}
