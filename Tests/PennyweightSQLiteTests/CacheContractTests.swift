import PennyweightSQLite
import PennyweightTesting
import Testing

@Suite("SQLiteCache keeps the promises of CacheStore")
struct CacheContractTests {
    @Test("the contract of the port") func contract() async throws {
        let directory = try TemporaryDirectory()
        try await checkCacheStore { try SQLiteCache.open(at: directory.newFile(), limitBytes: Int64($0)) }
    }
}
