import PennyweightLedger
import PennyweightMiddleware
import PennyweightTime
import Testing

@Suite("CachePolicy")
struct CachePolicyTests {
    @Test("answers are fresh for a day unless told otherwise")
    func timeToLive() {
        #expect(CachePolicy().timeToLive == .seconds(86_400))
    }
}

extension CacheEntry {
    static func sample(
        body: String = "{}", storedAt: Timestamp = Timestamp(seconds: 0),
        expiresAt: Timestamp = Timestamp(seconds: 9)
    ) -> CacheEntry {
        CacheEntry(
            canonicalDigest: Array(repeating: 1, count: 32), account: "a", route: "/r", model: "m",
            executedModel: nil,
            provider: "p", status: 200, contentType: "application/json", body: Array(body.utf8), usage: nil,
            cost: .nothing, storedAt: storedAt, expiresAt: expiresAt)
    }
}

extension CacheKey {
    static func sample(_ number: Int) -> CacheKey {
        CacheKey(digest: (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 * 8 % 32)) })!
    }
}
