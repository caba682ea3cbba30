import PennyweightLedger
import PennyweightTime
import Testing

@Suite("BudgetScope")
struct BudgetScopeTests {
    private func subject(
        _ account: String = "acme/search", key: String? = "k1", user: String? = "17",
        model: String = "gpt-4o-mini", tags: [String: String] = ["team": "x"]
    ) -> Subject {
        Subject(
            account: account, key: key, user: user, tags: tags, provider: "openai", model: model,
            route: "/chat/completions")
    }

    private func counts(_ scope: BudgetScope, _ subject: Subject) -> Bool {
        scope.counted(for: subject) != nil
    }

    @Test("an account counts itself and what lies below it, and nothing that only begins alike")
    func accounts() {
        let scope = BudgetScope(account: "acme")
        #expect(["acme", "acme/search", "acme/a/b"].allSatisfy { counts(scope, subject($0)) })
        #expect(
            !["acm", "acme2", "acme2/search", "other", "search/acme"].contains { counts(scope, subject($0)) })
        #expect(counts(BudgetScope(), subject("anything")))
    }

    @Test("key, user and tag must be the same")
    func exact() {
        #expect(counts(BudgetScope(key: "k1", user: "17", tag: .init(name: "team", value: "x")), subject()))
        #expect(!counts(BudgetScope(key: "k1"), subject(key: "k12")))
        #expect(!counts(BudgetScope(key: "k1"), subject(key: nil)))
        #expect(!counts(BudgetScope(user: "17"), subject(user: "1")))
        #expect(!counts(BudgetScope(user: "17"), subject(user: nil)))
        #expect(!counts(BudgetScope(tag: .init(name: "team", value: "x")), subject(tags: ["team": "y"])))
        #expect(!counts(BudgetScope(tag: .init(name: "team", value: "x")), subject(tags: [:])))
        #expect(!counts(BudgetScope(tag: .init(name: "x", value: "team")), subject()))
    }

    @Test(
        "a model is a name, or the start of names before a star",
        arguments: [
            ("gpt-4o-mini", true), ("gpt-4o", false), ("gpt-4o*", true), ("gpt-*", true), ("*", true),
            ("gpt-5*", false), ("gpt-4o-mini*", true), ("*mini", false), ("", false),
        ])
    func models(pattern: String, isCounted: Bool) {
        #expect(counts(BudgetScope(model: pattern), subject()) == isCounted)
    }

    @Test("every condition must hold")
    func all() {
        let scope = BudgetScope(
            account: "acme", key: "k1", user: "17", model: "gpt*", tag: .init(name: "team", value: "x"))
        #expect(counts(scope, subject()))
        let others = [
            subject("other"), subject(key: "k2"), subject(user: "18"), subject(model: "o3"),
            subject(tags: [:]),
        ]
        #expect(!others.contains { counts(scope, $0) })
    }

    @Test(
        "each account, key or user has a counter of its own, also one that was never seen, and those without")
    func each() {
        let claim = { (division: BudgetScope.Division, subject: Subject) in
            Budget(name: "b", scope: BudgetScope(each: division), limit: .zero)
                .claim(on: subject, at: Timestamp(seconds: 0))?.counter
        }
        for division in BudgetScope.Division.allCases {
            let one = claim(division, subject("a", key: "a", user: "a"))
            #expect(one == claim(division, subject("a", key: "a", user: "a", model: "other")))
            #expect(one != claim(division, subject("b", key: "b", user: "b")))
            #expect(one != claim(division, subject("b", key: nil, user: nil)))
        }
        let none = claim(.user, subject(user: nil))
        #expect(none == claim(.user, subject("other", user: nil)))
        #expect(none != claim(.user, subject(user: "(none)")))
        #expect(claim(.account, subject("a")) != claim(.account, subject("a/b")))
    }

    @Test("what a counter of each counts, counts again as itself, and nobody else")
    func resolved() throws {
        for (division, other) in [
            (BudgetScope.Division.account, subject("acme/search/below")), (.key, subject(key: nil)),
            (.user, subject(user: nil)),
        ] {
            let scope = BudgetScope(account: "acme", each: division)
            for (one, two) in [(subject(), other), (other, subject())] {
                let counted = try #require(scope.counted(for: one))
                #expect(counted.counted(for: one) == counted)
                #expect(counted.counted(for: two) == nil)
            }
        }
    }

    @Test("a scope says what it counts")
    func text() {
        #expect(BudgetScope().text == "all accounts")
        let all = BudgetScope(
            account: "acme", key: "k", user: "17", model: "gpt*", tag: .init(name: "team", value: "x"))
        #expect(all.text == "account acme, key k, user 17, model gpt*, tag team=x")
        #expect(
            BudgetScope(each: .user).counted(for: subject(user: nil))?.text == "all accounts, user (none)")
        #expect(BudgetScope(each: .account).counted(for: subject("a/b"))?.text == "account a/b alone")
    }

    @Test("no name can be made to share another scope's counter")
    func identity() {
        let scopes = [
            BudgetScope(), BudgetScope(user: ""), BudgetScope(user: "17, model m"),
            BudgetScope(user: "17", model: "m"), BudgetScope(key: "17"), BudgetScope(user: "17"),
            BudgetScope(user: "(none)"), BudgetScope(user: "2:17|-"), BudgetScope(user: "-"),
            BudgetScope(tag: .init(name: "a=b", value: "c")),
            BudgetScope(tag: .init(name: "a", value: "b=c")),
            BudgetScope(account: "all accounts"),
        ]
        let counters = scopes.map { scope in
            BudgetClaim(
                budget: Budget(name: "b", limit: .zero), counted: scope, openedAt: Timestamp(seconds: 0)
            ).counter
        }
        #expect(Set(counters).count == scopes.count)
    }
}
