import PennyweightSQLite
import PennyweightTesting
import Testing

@Suite("SQLiteLedger keeps the promises of Ledger")
struct LedgerContractTests {
    @Test("the contract of the port") func contract() async throws {
        let directory = try TemporaryDirectory()
        try await checkLedger { try SQLiteLedger.open(at: directory.newFile(), time: ManualTime()) }
    }
}
