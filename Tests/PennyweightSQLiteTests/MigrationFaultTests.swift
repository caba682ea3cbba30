import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Faults: a ledger of version 1 is brought up whole, or stays as it was")
struct MigrationFaultTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A ledger as version 1 left it: an open attempt, a settled one with a tag, an item and a meter, and a
    /// hit.
    private func makeVersion1(at path: String) throws {
        let connection = try Connection(path, SQLiteLedger.options)
        let first = Schema(
            applicationID: LedgerSchema.schema.applicationID, name: "ledger",
            migrations: [Schema.Migration(LedgerSchema.version1)])
        try first.migrate(connection)
        let subject = "'default', 'key-1', 'openai', 'gpt-x', '/chat/completions'"
        let line =
            "account, key, provider, model, route, cost_status, cost_lower, cost_upper, settled_at, usage"
        try connection.execute(
            """
            INSERT INTO epoch (opened_at) VALUES (1);
            INSERT INTO hold (id, hold_id, call_id, attempt, epoch, account, key, provider, model, route,
                upper_bound, opened_at, expires_at)
                VALUES (1, randomblob(16), randomblob(16), 1, 1, \(subject), 50, 5, 500),
                    (2, randomblob(16), randomblob(16), 1, 1, \(subject), 60, 6, 600);
            INSERT INTO open_hold (hold) VALUES (2);
            INSERT INTO hold_tag (hold, name, value) VALUES (1, 'team', 'x'), (2, 'team', 'x');
            INSERT INTO line (id, kind, hold, call_id, at, outcome, \(line))
                SELECT 1, 'attempt', 1, call_id, 5, 'served', \(subject), 'exact', 30, 30, 9, 'tokens'
                FROM hold WHERE id = 1;
            INSERT INTO line (id, kind, call_id, at, source, avoided_status, avoided_lower, avoided_upper,
                \(line))
                VALUES (2, 'saving', randomblob(16), 7, 'hit', 'exact', 30, 30, \(subject), 'exact', 0, 0, 8,
                    'none');
            INSERT INTO line_tag (line, name, value) VALUES (2, 'team', 'y');
            INSERT INTO line_item (line, position, unit, count, unit_price, amount)
                VALUES (1, 0, 'input_token', 10, 3, 30);
            INSERT INTO meter (line, position, unit, count) VALUES (1, 0, 'search', 1);
            INSERT INTO account_total (account, settled_high, settled_low) VALUES ('default', 0, 30);
            """)
    }

    @Test("at every operation that fails, version 1 stays, and the next opening brings it up")
    func everyOperation() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            plan = FaultPlan(failAt: position)
            let probed = plan
            let path = directory.newFile()
            try makeVersion1(at: path)
            do {
                let opened = try SQLiteLedger.open(at: path, access: .writing, time: ManualTime()) {
                    operation in
                    if probed.isDue() { throw StorageProblem(.system(5), "The disk failed at \(operation).") }
                }
                plan.disarm()
                await opened.close()
            } catch {
                #expect(error is Failure, "at \(position)")
            }
            plan.disarm()
            try await expectBroughtUp(path, position)
        } while plan.hasFired
        #expect(position > 20, "the plan reached only \(position - 1) operations")
    }

    private func expectBroughtUp(_ path: String, _ position: Int) async throws {
        let version = try Connection(path, SQLiteLedger.options.reading).number("PRAGMA user_version")
        #expect((1...3).contains(version), "at \(position)")
        let ledger = try SQLiteLedger.open(at: path, time: ManualTime())
        #expect(try LedgerSoundness.problems(at: path) == [], "at \(position)")
        let report = try await ledger.report(ReportQuery(by: .tag))
        #expect(report.total.charged.picos == 30 && report.total.avoided.picos == 30, "at \(position)")
        #expect(report.openHolds == 1, "at \(position)")
        #expect(Set(report.rows.flatMap(\.group)) == ["team=x", "team=y"], "at \(position)")
        await ledger.close()
    }
}
