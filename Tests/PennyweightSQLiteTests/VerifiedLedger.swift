import Foundation
import PennyweightLedger
import PennyweightTesting
import PennyweightTime

@testable import PennyweightSQLite

/// A small ledger with a row in every table, and copies of it to tamper with.
struct VerifiedLedger {
    let directory: TemporaryDirectory
    /// The digest of its last commit.
    let digest: String

    static let tables = LedgerTable.all

    init() async throws {
        directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        try await VerifiedLedger.fill(ledger, LineMaker(seed: 7))
        await ledger.close()
        let reading = try SQLiteLedger.open(at: directory.file(), access: .reading, time: ManualTime())
        digest = try reading.verify().digest
        await reading.close()
    }

    static func fill(_ ledger: SQLiteLedger, _ make: LineMaker) async throws {
        let items = try [
            LineItem(unit: .inputToken, count: 10, unitPrice: Money(picos: 150_000)),
            LineItem(unit: .image, variant: "high/1024x1024", count: 2, unitPrice: Money(picos: 7)),
        ]
        let usage = Usage(
            tokens: TokenUsage(input: 10, output: 0),
            meters: [.init(.image, variant: "high/1024x1024", count: 2)], serviceTier: "default",
            raw: Array("{\"x\":1}".utf8))
        for index in 0..<4 {
            let hold = claimed(make, after: .seconds(index * 2_000), tags: ["team": "t\(index % 2)"])
            try await ledger.reserve(hold)
            try await ledger.settle(
                Settlement(
                    holdID: hold.id, outcome: .served, cost: .exact(Money(picos: 1_500_014)), items: items,
                    usage: usage, executedModel: "gpt-x-2026", priceVersion: "book/1", status: 200,
                    firstByteAt: hold.openedAt + .milliseconds(5),
                    firstTokenAt: hold.openedAt + .milliseconds(9), characters: 40,
                    settledAt: hold.openedAt + .seconds(1)))
        }
        let cut = make.hold(after: .seconds(90_000))
        try await ledger.reserve(cut)
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 900), reason: "cut")
        try await ledger.settle(make.settlement(cut, estimate, usage: nil))
        let unpriced = make.hold(key: "k1")
        try await ledger.reserve(unpriced)
        try await ledger.settle(make.settlement(unpriced, .unknown(reason: "no price"), ran: "m"))
        ledger.enqueue(make.saving(avoided: .exact(Money(picos: 5)), tags: ["team": "t0"])) { _ in }
        _ = try await ledger.report(ReportQuery(by: .model))
        try await ledger.correct(
            [.init(line: 1, target: Money(picos: 2_000_000), priceVersion: "book/2")], at: make.start)
        for index in 0..<3 {
            try await ledger.add(
                VirtualKey(
                    id: "key\(index)", name: index == 0 ? "first" : nil,
                    secretDigest: Array(repeating: UInt8(index), count: 32), lastFour: "abcd",
                    account: "acme", models: ["gpt-x"], createdAt: make.start,
                    expiresAt: index == 0 ? nil : make.start + .seconds(500)))
        }
        for id in ["key1", "key2"] { _ = try await ledger.revoke(id, at: make.start + .seconds(9)) }
        let open = claimed(make, after: .seconds(3), tags: [:])
        try await ledger.reserve(open)
        try await ledger.attach(ProviderJob(provider: "openai", id: "video_1"), to: open.id)
    }

    static func claimed(_ make: LineMaker, after delay: Duration, tags: [String: String]) -> Hold {
        let plain = make.hold(tags: tags, upperBound: Money(picos: 2_000_000), after: delay)
        var subject = plain.subject
        subject.user = "u1"
        let budget = Budget(name: "all", limit: Money(picos: 100_000_000), thresholds: [1, 5])
        return Hold(
            id: plain.id, callID: plain.callID, attempt: 1, subject: subject, upperBound: plain.upperBound,
            claims: [budget.claim(on: subject, at: plain.openedAt)].compactMap(\.self),
            queued: .milliseconds(3), openedAt: plain.openedAt, expiresAt: plain.expiresAt)
    }

    /// What a verification finds in a copy in which this was done by hand, with nothing in the way.
    func verdict(after tampering: (Connection) throws -> Void) throws -> LedgerVerdict {
        let path = directory.newFile()
        try FileManager.default.copyItem(atPath: directory.file(), toPath: path)
        var connection: Connection? = try Connection(path, SQLiteLedger.options)
        if let connection {
            try connection.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            let triggers = try Statement(
                "SELECT name FROM sqlite_schema WHERE type = 'trigger'", on: connection
            ).all { try $0.text() }
            for trigger in triggers { try connection.execute("DROP TRIGGER \(trigger)") }
            try tampering(connection)
            connection.checkpoint()
        }
        connection = nil
        let ledger = try SQLiteLedger.open(at: path, access: .reading, time: ManualTime())
        return try ledger.verify()
    }

    /// SQL for another value of the same type.
    static func otherValue(_ column: String, _ type: String) -> String {
        switch type {
        case "INTEGER": "ifnull(\(column) + 1000, 9999)"
        case "TEXT": "ifnull(\(column) || 'x', 'x')"
        default: "CAST(ifnull(hex(\(column)), '') || 'x' AS BLOB)"
        }
    }

    /// The columns of a table with their types.
    func columns(of table: String) throws -> [(name: String, type: String)] {
        let connection = try Connection(directory.file(), SQLiteLedger.options.reading)
        return try Statement("PRAGMA table_info(\(table))", on: connection).all { row in
            _ = try row.integer()
            return (try row.text(), try row.text())
        }
    }
}
