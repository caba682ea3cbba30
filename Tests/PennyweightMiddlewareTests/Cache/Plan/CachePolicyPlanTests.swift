import PennyweightMiddleware
import Testing

@Suite("CachePolicy, rules")
struct CachePolicyPlanTests {
    private let chat = CacheRule.Subject(
        route: "/chat/completions", model: "gpt-4o-mini", account: "acme/search", tags: ["team": "red"])

    private func rule(
        route: String? = nil, model: String? = nil, account: String? = nil, tag: CacheRule.Tag? = nil,
        _ change: (inout CacheSettings) -> Void
    ) -> CacheRule {
        var condition = CacheRule.Condition()
        condition.route = route
        condition.model = model.map { ModelPattern($0) }
        condition.account = account
        condition.tag = tag
        return CacheRule(condition, settings(change))
    }

    private func settings(_ change: (inout CacheSettings) -> Void) -> CacheSettings {
        var settings = CacheSettings()
        change(&settings)
        return settings
    }

    @Test("without rules a plan is the normal cache for a day, within the account")
    func defaults() {
        let plan = CachePolicy().plan(for: chat)
        #expect(plan.mode == .replayOrRecord)
        #expect(plan.match == .standard)
        #expect(plan.freshness == FreshnessPolicy())
        #expect(plan.admission == .all)
        #expect(!plan.isShared)
        #expect(plan.coalesces && plan.looksUp && plan.keeps && plan.goesUpstream)
        #expect(plan.tags == ["team": "red"])
    }

    @Test("of several rules the first that is for a call holds, and what it leaves out is the default")
    func firstMatchWins() {
        var policy = CachePolicy()
        policy.defaults.freshness.staleIfError = .seconds(9)
        policy.rules = [
            rule(model: "claude*") { $0.timeToLive = .seconds(1) },
            rule(route: "/chat/completions", model: "gpt-*") { $0.timeToLive = .seconds(2) },
            rule { $0.timeToLive = .seconds(3) },
        ]
        let plan = policy.plan(for: chat)
        #expect(plan.freshness.timeToLive == .seconds(2))
        #expect(plan.freshness.staleIfError == .seconds(9))
        var other = chat
        other.model = nil
        #expect(policy.plan(for: other).freshness.timeToLive == .seconds(3))
    }

    @Test(
        "a rule is for what meets everything that it names",
        arguments: [
            (CacheRule.Condition(), true), (.with(route: "/chat/completions"), true),
            (.with(route: "/chat"), false), (.with(model: "gpt-4o-mini"), true), (.with(model: "gpt"), false),
            (.with(model: "*mini"), true), (.with(model: "g*4*-*i"), true), (.with(model: "*5*"), false),
            (.with(account: "acme"), true), (.with(account: "acme/search"), true),
            (.with(account: "acme/sea"), false), (.with(account: "acme/search/x"), false),
            (.with(tag: .init(name: "team", value: "red")), true),
            (.with(tag: .init(name: "team", value: "blue")), false),
            (.with(model: "gpt*", account: "other"), false),
        ])
    func conditions(condition: CacheRule.Condition, expected: Bool) {
        #expect(CacheRule(condition, CacheSettings()).isFor(chat) == expected)
    }

    @Test("a pattern of many stars is judged at once")
    func pattern() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        var subject = chat
        subject.model = String(repeating: "a", count: 2_000)
        #expect(!CacheRule(.with(model: pattern), CacheSettings()).isFor(subject))
    }

    @Test("every setting of a rule reaches the plan")
    func everySetting() {
        var policy = CachePolicy()
        policy.rules = [
            rule { settings in
                settings.mode = .record
                settings.match = .strict
                settings.namespace = "blue"
                settings.admission = .deterministic
                settings.isShared = true
                settings.ignoresAttribution = true
                settings.timeToLive = .seconds(1)
                settings.staleWhileRevalidate = .seconds(2)
                settings.staleIfError = .seconds(3)
                settings.negativeTimeToLive = .seconds(4)
                settings.jitterPerMille = 5
                settings.earlyRefreshPerMille = 6
            }
        ]
        let plan = policy.plan(for: chat)
        var expected = CachePlan()
        expected.mode = .record
        expected.match = .strict
        expected.namespace = "blue"
        expected.admission = .deterministic
        expected.isShared = true
        expected.ignoresAttribution = true
        expected.freshness.timeToLive = .seconds(1)
        expected.freshness.staleWhileRevalidate = .seconds(2)
        expected.freshness.staleIfError = .seconds(3)
        expected.freshness.negativeTimeToLive = .seconds(4)
        expected.freshness.jitterPerMille = 5
        expected.freshness.earlyRefreshPerMille = 6
        expected.tags = ["team": "red"]
        expected.coalesces = false
        #expect(plan == expected)
    }

    @Test("a negative time of zero turns off what the defaults say")
    func noNegative() {
        var policy = CachePolicy()
        policy.defaults.freshness.negativeTimeToLive = .seconds(60)
        policy.accounts = ["acme": settings { $0.negativeTimeToLive = .zero }]
        #expect(policy.plan(for: chat).freshness.negativeTimeToLive == nil)
    }

    @Test("an account is stronger than a rule, a deeper account than the one above, its caller than both")
    func order() {
        var policy = CachePolicy()
        policy.rules = [
            rule { settings in
                settings.timeToLive = .seconds(100)
                settings.staleIfError = .seconds(100)
                settings.staleWhileRevalidate = .seconds(100)
            }
        ]
        policy.accounts = [
            "acme/search": settings { $0.timeToLive = .seconds(80) },
            "acme": settings { settings in
                settings.timeToLive = .seconds(90)
                settings.staleIfError = .seconds(90)
            },
            "acme/sea": settings { $0.timeToLive = .seconds(1) },
        ]
        var wishes = CacheWishes()
        #expect(policy.plan(for: chat).freshness.timeToLive == .seconds(80))
        #expect(policy.plan(for: chat).freshness.staleIfError == .seconds(90))
        #expect(policy.plan(for: chat).freshness.staleWhileRevalidate == .seconds(100))
        wishes.timeToLive = .seconds(7)
        #expect(policy.plan(for: chat, asking: wishes).freshness.timeToLive == .seconds(7))
    }

    @Test("a caller shortens the time to live and never lengthens it")
    func timeToLive() {
        var wishes = CacheWishes()
        wishes.timeToLive = .seconds(1_000_000)
        #expect(CachePolicy().plan(for: chat, asking: wishes).freshness.timeToLive == .seconds(86_400))
        wishes.timeToLive = .seconds(-5)
        #expect(CachePolicy().plan(for: chat, asking: wishes).freshness.timeToLive == .zero)
    }

    @Test("a caller's stale-if-error stands in for the configured one, in both directions")
    func staleIfError() {
        var policy = CachePolicy()
        policy.defaults.freshness.staleIfError = .seconds(60)
        var wishes = CacheWishes()
        wishes.directives = CacheDirectives("stale-if-error=0")
        #expect(policy.plan(for: chat, asking: wishes).freshness.staleIfError == .zero)
        wishes.directives = CacheDirectives("stale-if-error=90")
        #expect(policy.plan(for: chat, asking: wishes).freshness.staleIfError == .seconds(90))
    }

    @Test("a caller's namespace lies inside the configured one, and reaches no other")
    func namespaces() {
        var wishes = CacheWishes()
        wishes.namespace = "b"
        var policy = CachePolicy()
        let plain = policy.plan(for: chat, asking: wishes).namespace
        policy.namespace = "a"
        let inside = policy.plan(for: chat, asking: wishes).namespace
        policy.namespace = "b"
        let configured = policy.plan(for: chat).namespace
        #expect(Set([plain, inside, configured]).count == 3)
        #expect(!CachePlan.isNamespace(plain) && !CachePlan.isNamespace(inside))
    }

    @Test(
        "asking anew, and modes that look nothing up, share no call in flight",
        arguments: [
            ("no-cache", ReplayMode.replayOrRecord), ("no-store", .replayOrRecord),
            ("max-age=0", .replayOrRecord),
            ("", .record), ("", .off), ("", .mock),
        ])
    func coalescing(directives: String, mode: ReplayMode) {
        var policy = CachePolicy()
        policy.defaults.mode = mode
        var wishes = CacheWishes()
        wishes.directives = CacheDirectives(directives)
        #expect(!policy.plan(for: chat, asking: wishes).coalesces)
    }

    @Test("what is looked up and kept follows from mode and directives together")
    func capabilities() {
        var plan = CachePlan()
        plan.directives = CacheDirectives("no-cache")
        #expect(!plan.looksUp && plan.keeps && plan.goesUpstream)
        plan.directives = CacheDirectives("no-store")
        #expect(!plan.looksUp && !plan.keeps && plan.goesUpstream)
        plan.directives = CacheDirectives("only-if-cached")
        #expect(plan.looksUp && plan.keeps && !plan.goesUpstream)
        plan = CachePlan()
        plan.mode = .replayOrLive
        #expect(plan.looksUp && !plan.keeps && plan.goesUpstream)
    }

    @Test("shared answers have an account that no caller can have, and only standard look-ups share")
    func scope() {
        var plan = CachePlan()
        #expect(plan.scope(of: "acme") == "acme")
        plan.isShared = true
        #expect(plan.scope(of: "acme") == "*")
        plan.match = .strict
        #expect(plan.scope(of: "acme") == "acme")
        plan.match = .fields(["model"])
        #expect(plan.scope(of: "acme") == "acme")
    }
}

extension CacheRule.Condition {
    fileprivate static func with(
        route: String? = nil, model: String? = nil, account: String? = nil, tag: CacheRule.Tag? = nil
    ) -> CacheRule.Condition {
        var condition = CacheRule.Condition()
        condition.route = route
        condition.model = model.map { ModelPattern($0) }
        condition.account = account
        condition.tag = tag
        return condition
    }
}
