import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Freshness")
struct FreshnessVerdictTests {
    private let stored = Timestamp(seconds: 1_000_000)
    private var policy = FreshnessPolicy()

    private func verdict(
        after age: Duration, _ policy: FreshnessPolicy? = nil, expires: Duration = .seconds(86_400),
        asking: String? = nil, took: Duration? = nil, random: UInt64 = .max, status: Int = 200
    ) -> FreshnessVerdict {
        var entry = CacheEntry.sample(storedAt: stored, expiresAt: stored + expires)
        entry.status = status
        return (policy ?? self.policy).verdict(
            on: entry, under: .sample(1), took: took, asking: CacheDirectives(asking),
            at: .init(now: stored + age, random: random, clockTolerance: .seconds(60)))
    }

    private func policy(_ change: (inout FreshnessPolicy) -> Void) -> FreshnessPolicy {
        var policy = FreshnessPolicy()
        policy.timeToLive = .seconds(100)
        change(&policy)
        return policy
    }

    @Test("an entry is fresh up to its last moment, and stale at it")
    func lifetime() {
        #expect(
            verdict(after: .zero) == .fresh(age: .zero, remaining: .seconds(86_400), refreshes: false))
        #expect(
            verdict(after: .seconds(86_399))
                == .fresh(age: .seconds(86_399), remaining: .seconds(1), refreshes: false))
        #expect(
            verdict(after: .seconds(86_400)) == .stale(age: .seconds(86_400), remaining: .zero, use: .none))
    }

    @Test("of the entry's time and the policy's the shorter counts")
    func shorter() {
        let policy = policy { _ in }
        #expect(
            verdict(after: .seconds(4), policy)
                == .fresh(age: .seconds(4), remaining: .seconds(96), refreshes: false))
        #expect(
            verdict(after: .seconds(4), policy, expires: .seconds(3))
                == .stale(age: .seconds(4), remaining: .seconds(-1), use: .none))
    }

    @Test("an entry from the future is stale, unless the clock was only set back a little")
    func future() {
        #expect(
            verdict(after: .seconds(-60))
                == .fresh(age: .zero, remaining: .seconds(86_460), refreshes: false))
        #expect(verdict(after: .seconds(-61)) == .undated)
        let generous = policy { policy in
            policy.staleIfError = .seconds(1_000)
            policy.staleWhileRevalidate = .seconds(1_000)
        }
        #expect(verdict(after: .seconds(-86_400 * 365), generous) == .undated)
    }

    @Test("a stale answer is served while a new one is fetched, then only if the provider fails, then not")
    func windows() {
        let policy = policy { policy in
            policy.staleWhileRevalidate = .seconds(10)
            policy.staleIfError = .seconds(50)
        }
        let uses = [100, 109, 110, 150, 151].map { age -> FreshnessVerdict.StaleUse? in
            guard case .stale(_, _, let use) = verdict(after: .seconds(age), policy) else { return nil }
            return use
        }
        #expect(
            uses == [
                .whileRevalidating, .whileRevalidating, .onError, .onError, FreshnessVerdict.StaleUse.none,
            ])
    }

    @Test("a caller may accept stale answers, and shorten or lengthen what an error allows")
    func directives() {
        let policy = policy { $0.staleIfError = .seconds(50) }
        func use(_ asking: String, after age: Duration = .seconds(130)) -> FreshnessVerdict.StaleUse? {
            switch verdict(after: age, policy, asking: asking) {
            case .stale(_, _, let use), .tooOld(_, _, let use): use
            case .fresh, .undated: nil
            }
        }
        #expect(use("max-stale=30") == .accepted)
        #expect(use("max-stale=29") == .onError)
        #expect(use("max-stale") == .accepted)
        #expect(use("max-stale, min-fresh=1") == .onError)
        #expect(use("stale-if-error=29") == FreshnessVerdict.StaleUse.none)
        #expect(use("stale-if-error=0") == FreshnessVerdict.StaleUse.none)
        #expect(use("stale-if-error=500", after: .seconds(599)) == .onError)
        #expect(use("max-age=5") == FreshnessVerdict.StaleUse.none)
        #expect(use("max-age=5, stale-if-error=60") == .onError)
        #expect(use("max-age=5, stale-if-error=60", after: .seconds(50)) == .onError)
        #expect(use("min-fresh=60", after: .seconds(50)) == FreshnessVerdict.StaleUse.none)
        #expect(
            verdict(after: .seconds(5), policy, asking: "max-age=5")
                == .fresh(age: .seconds(5), remaining: .seconds(95), refreshes: false))
    }

    @Test("a refusal lives by its own time, and is never served stale")
    func refusals() {
        let policy = policy { policy in
            policy.negativeTimeToLive = .seconds(5)
            policy.staleIfError = .seconds(50)
            policy.staleWhileRevalidate = .seconds(50)
        }
        #expect(
            verdict(after: .seconds(4), policy, status: 400)
                == .fresh(age: .seconds(4), remaining: .seconds(1), refreshes: false))
        #expect(
            verdict(after: .seconds(5), policy, asking: "max-stale", status: 400)
                == .stale(age: .seconds(5), remaining: .zero, use: .none))
        #expect(
            verdict(after: .seconds(1), self.policy, status: 400)
                == .stale(age: .seconds(1), remaining: .seconds(-1), use: .none))
    }

    @Test("max-stale takes what expired no longer ago than that, and without a value whatever there is")
    func maximumStaleness() {
        func use(_ asking: String?) -> FreshnessVerdict {
            verdict(after: .seconds(14), expires: .seconds(10), asking: asking)
        }
        let stale = FreshnessVerdict.stale(age: .seconds(14), remaining: .seconds(-4), use: .none)
        let accepted = FreshnessVerdict.stale(age: .seconds(14), remaining: .seconds(-4), use: .accepted)
        #expect(use(nil) == stale)
        #expect(use("max-stale=3") == stale)
        #expect(use("max-stale=4") == accepted)
        #expect(use("max-stale") == accepted)
        #expect(use("max-stale=x") == stale)
        #expect(
            use("max-stale, max-age=5") == .tooOld(age: .seconds(14), remaining: .seconds(-4), use: .none))
        #expect(use("max-stale, min-fresh=1") == stale)
    }

    @Test("min-fresh takes what stays fresh for that long")
    func minimumFreshness() {
        let ten = Duration.seconds(10)
        #expect(
            verdict(after: .seconds(4), expires: ten, asking: "min-fresh=6")
                == .fresh(age: .seconds(4), remaining: .seconds(6), refreshes: false))
        #expect(
            verdict(after: .seconds(4), expires: ten, asking: "min-fresh=7")
                == .tooOld(age: .seconds(4), remaining: .seconds(6), use: .none))
    }

    @Test("jitter shortens lives by the key, by no more than it says, and the same each time")
    func jitter() {
        let policy = policy { $0.jitterPerMille = 200 }
        let random = SeededRandom(seed: 5)
        let lives = (0..<1_000).map { _ -> Duration in
            let digest = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let key = CacheKey(digest: digest)!
            #expect(policy.lifetime(of: key) == policy.lifetime(of: key))
            return policy.lifetime(of: key)
        }
        #expect(lives.allSatisfy { $0 > .seconds(80) && $0 <= .seconds(100) })
        #expect(Set(lives).count == 1_000)
        #expect(lives.filter { $0 < .seconds(90) }.count > 400)
        #expect(self.policy.lifetime(of: .sample(7)) == .seconds(86_400))
    }

    @Test("an early refresh is likelier the nearer the end is, and never without a measure of the cost")
    func early() {
        let policy = policy { $0.earlyRefreshPerMille = 1_000 }
        let random = SeededRandom(seed: 11)
        func share(_ age: Duration, took: Duration?) -> Int {
            (0..<1_000).filter { _ in
                let verdict = verdict(after: age, policy, took: took, random: random.next())
                if case .fresh(_, _, true) = verdict { return true }
                return false
            }.count
        }
        // P(refresh) = exp(−remaining / took).
        #expect(share(.seconds(99), took: nil) == 0)
        #expect(share(.seconds(50), took: .seconds(1)) == 0)
        #expect((300...440).contains(share(.seconds(95), took: .seconds(5))))
        #expect((560...660).contains(share(.seconds(95), took: .seconds(10))))
        #expect(share(.nanoseconds(99_999_999_999), took: .seconds(10)) > 990)
    }

    @Test("the logarithm in integers is that of the mathematics")
    func logarithm() {
        // −ln(1/2), −ln(1/4), −ln(2⁻⁶⁴), −ln(3/4) in units of 2⁻³².
        let unit = Double(1 << 32)
        for (random, expected) in [
            (UInt64(1) << 63 - 1, 0.693_147), (UInt64(1) << 62 - 1, 1.386_294), (0, 44.361_420),
            (UInt64(3) << 62 - 1, 0.287_682), (UInt64.max, 0),
        ] {
            let value = Double(EarlyRefresh.negativeLogarithm(random)) / unit
            #expect(abs(value - expected) < 0.000_1, "\(random): \(value)")
        }
        #expect(EarlyRefresh.lead(took: .max, perMille: .max, random: 0) == .max)
        #expect(EarlyRefresh.lead(took: -5, perMille: 1_000, random: 0) == 0)
    }

    @Test("lasting refusals are those of the request, and none about money")
    func lasting() {
        for status in [400, 404, 413, 415, 422] { #expect(LastingRefusal.isOne(status, [])) }
        for status in [200, 401, 402, 403, 408, 409, 425, 429, 500, 503] {
            #expect(!LastingRefusal.isOne(status, []))
        }
        #expect(!LastingRefusal.isOne(400, Array(#"{"error":{"code":"Billing_hard_limit_reached"}}"#.utf8)))
    }
}
