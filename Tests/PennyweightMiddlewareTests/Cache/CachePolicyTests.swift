import PennyweightLedger
import PennyweightMiddleware
import PennyweightTime
import Testing

@Suite("CachePolicy")
struct CachePolicyTests {
    private let stored = Timestamp(seconds: 1_000_000)

    private func freshness(
        after age: Duration, policy: CachePolicy = CachePolicy(), expires: Duration = .seconds(86_400),
        asking: String? = nil
    ) -> CachePolicy.Freshness {
        let entry = CacheEntry.sample(storedAt: stored, expiresAt: stored + expires)
        return policy.freshness(of: entry, at: stored + age, asking: CacheDirectives(asking))
    }

    @Test("an entry is fresh up to its last moment, and stale at it")
    func lifetime() {
        #expect(freshness(after: .zero) == .fresh(age: .zero, remaining: .seconds(86_400)))
        #expect(freshness(after: .seconds(86_399)) == .fresh(age: .seconds(86_399), remaining: .seconds(1)))
        #expect(freshness(after: .seconds(86_400)) == .stale(age: .seconds(86_400)))
    }

    @Test("of the entry's time and the policy's the shorter counts")
    func shorter() {
        var policy = CachePolicy()
        policy.timeToLive = .seconds(10)
        #expect(
            freshness(after: .seconds(4), policy: policy) == .fresh(age: .seconds(4), remaining: .seconds(6)))
        #expect(freshness(after: .seconds(10), policy: policy) == .stale(age: .seconds(10)))
        #expect(freshness(after: .seconds(4), expires: .seconds(3)) == .stale(age: .seconds(4)))
    }

    @Test("an entry from the future is stale, unless the clock was only set back a little")
    func future() {
        #expect(freshness(after: .seconds(-60)) == .fresh(age: .zero, remaining: .seconds(86_460)))
        #expect(freshness(after: .seconds(-61)) == .undated)
        #expect(freshness(after: .seconds(-86_400 * 365)) == .undated)
    }

    @Test("max-age sets the oldest answer that a caller accepts")
    func maximumAge() {
        #expect(
            freshness(after: .seconds(5), asking: "max-age=5")
                == .fresh(age: .seconds(5), remaining: .seconds(86_395)))
        #expect(freshness(after: .seconds(6), asking: "max-age=5") == .tooOld(age: .seconds(6)))
        #expect(freshness(after: .zero, asking: "max-age=0") == .tooOld(age: .zero))
    }

    @Test("answers are fresh for a day unless told otherwise")
    func expiry() {
        #expect(CachePolicy().expiry(of: stored) == stored + .seconds(86_400))
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
