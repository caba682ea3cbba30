import PennyweightSQLite
import PennyweightTesting
import Testing

@Suite("SQLiteLedger keeps the promises of Ledger")
struct LedgerContractTests {
    @Test("the contract of the port") func contract() async throws {
        let directory = try TemporaryDirectory()
        try await checkLedger { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }

    @Test("the contract of notes on calls") func notes() async throws {
        let directory = try TemporaryDirectory()
        try await checkCallNotes { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }

    @Test("the contract of the log of jobs") func jobs() async throws {
        let directory = try TemporaryDirectory()
        try await checkJobLog { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }
}
