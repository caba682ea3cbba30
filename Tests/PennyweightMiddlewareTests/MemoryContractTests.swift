import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import Testing

@Suite("Stores in memory keep the contracts of their ports")
struct MemoryContractTests {
    @Test("MemoryLedger") func ledger() async throws {
        try await checkLedger { MemoryLedger(limit: 10_000) }
    }

    @Test("MemoryLedger, as a log of calls") func calls() async throws {
        try await checkCallLog { MemoryLedger(limit: 10_000) }
    }

    @Test("MemoryLedger, with notes on calls") func notes() async throws {
        try await checkCallNotes { MemoryLedger(limit: 10_000) }
    }

    @Test("MemoryLedger, as a log of jobs") func jobs() async throws {
        try await checkJobLog { MemoryLedger(limit: 10_000) }
    }

    @Test("MemoryKeys") func keys() async throws {
        try await checkKeyStore { MemoryKeys() }
    }

    @Test("MemoryCache") func cache() async throws {
        try await checkCacheStore { MemoryCache(limitBytes: $0) }
    }

    @Test("TieredCache, of two in memory") func tiers() async throws {
        try await checkCacheStore { limitBytes in
            TieredCache(
                front: MemoryCache(limitBytes: limitBytes / 4), back: MemoryCache(limitBytes: limitBytes))
        }
    }
}
