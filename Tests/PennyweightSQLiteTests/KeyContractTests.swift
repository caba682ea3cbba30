import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteLedger keeps keys, and finds calls")
struct KeyContractTests {
    private let key = VirtualKey(
        id: "one", name: nil, secretDigest: Array(repeating: 7, count: 32), lastFour: "abcd", account: "acme",
        createdAt: Timestamp(seconds: 1_767_225_600))

    @Test("the contract of KeyStore") func keys() async throws {
        let directory = try TemporaryDirectory()
        try await checkKeyStore { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }

    @Test("the contract of CallLog") func calls() async throws {
        let directory = try TemporaryDirectory()
        try await checkCallLog { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }

    @Test("what another opening adds or revokes is seen with the next look")
    func twoOpenings() async throws {
        let directory = try TemporaryDirectory()
        let gateway = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        #expect(try await gateway.key("one") == nil)
        let command = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        try await command.add(key)
        #expect(try await gateway.key("one") == key)
        #expect(try await command.revoke("one", at: key.createdAt))
        #expect(try await gateway.key("one")?.revokedAt == key.createdAt)
        await command.close()
        #expect(try await gateway.key("one")?.status(at: key.createdAt) == .revoked)
        await gateway.close()
    }

    @Test("keys stay when the file is closed and opened again, also for reading only")
    func reopened() async throws {
        let directory = try TemporaryDirectory()
        let first = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        try await first.add(key)
        await first.close()
        let second = try SQLiteLedger.open(at: directory.file(), access: .reading, time: ManualTime())
        #expect(try await second.key("one") == key)
        await #expect(throws: (any Error).self) { try await second.revoke("one", at: key.createdAt) }
        await second.close()
    }

    @Test("a key's row can't be changed: a list of models that was widened would let others in")
    func sealed() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        try await ledger.add(key)
        for sql in [
            "UPDATE virtual_key SET models = '[]'", "DELETE FROM virtual_key",
            "UPDATE key_revocation SET revoked_at = 0", "DELETE FROM key_revocation",
        ] {
            try await ledger.revoke("one", at: key.createdAt)
            await #expect(throws: (any Error).self) { try await ledger.write { try $0.execute(sql) } }
        }
        await ledger.close()
    }

    @Test("a page of calls is a stretch of an index, whatever the history")
    func plan() async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        for sql in LedgerCalls.pages {
            let plan = try ledger.read { connection in
                try connection.statement("EXPLAIN QUERY PLAN " + sql).all([.null, .null, .null]) { row in
                    _ = (row.optionalInteger(), row.optionalInteger(), row.optionalInteger())
                    return try row.text()
                }
            }
            let isIndexed = plan.first?.hasPrefix("SEARCH call USING INDEX") == true
            #expect(isIndexed, "\(plan)")
            #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
        }
        await ledger.close()
    }
}
