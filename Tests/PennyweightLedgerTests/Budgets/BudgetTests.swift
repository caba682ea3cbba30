import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Budget")
struct BudgetTests {
    private let subject = Subject(
        account: "acme", provider: "openai", model: "gpt-4o", route: "/chat/completions")
    private let time = Timestamp(seconds: 1_795_305_600)  // 2026-11-22

    @Test("a budget claims what it counts, and nothing else")
    func claim() throws {
        let budget = Budget(name: "b", scope: BudgetScope(account: "acme"), limit: .zero, period: .day)
        let claim = try #require(budget.claim(on: subject, at: time))
        #expect(claim.window.start?.text == "2026-11-22T00:00:00.000Z")
        #expect(claim.bucket == claim.window.start && claim.occasion == claim.window.start)
        #expect(
            Budget(name: "b", scope: BudgetScope(account: "b"), limit: .zero).claim(on: subject, at: time)
                == nil)
    }

    @Test("a counter stays when the limit changes, and is another one for another period, scope or name")
    func counter() throws {
        let counter = { (budget: Budget) in budget.claim(on: subject, at: time)?.counter }
        let budget = Budget(name: "b", limit: .zero, period: .day)
        var raised = budget
        raised.limit = Money(picos: 1)
        raised.isHard = false
        raised.thresholds = []
        #expect(counter(raised) == counter(budget))
        var others = [budget, budget, budget]
        others[0].name = "c"
        others[1].period = .week
        others[2].scope.account = "acme"
        #expect(Set(others.map(counter) + [counter(budget)]).count == 4)
        let later = budget.claim(on: subject, at: time + .seconds(1_000_000))
        #expect(later?.counter == counter(budget))
    }

    @Test("what can be used has no problem")
    func fine() {
        let budgets = (0..<64).map { Budget(name: "b-\($0)_X", limit: .zero, period: .rolling(hours: 744)) }
        #expect(Budget.problems(of: budgets).isEmpty)
        #expect(
            Budget(name: "b", scope: BudgetScope(account: "a/b"), limit: .zero, thresholds: []).problems
                .isEmpty)
    }

    @Test(
        "each problem is told, with what to do",
        arguments: [
            (Budget(name: "", limit: .zero), "is no name"),
            (Budget(name: "a.b", limit: .zero), "letters, digits, '_' or '-'"),
            (Budget(name: String(repeating: "a", count: 65), limit: .zero), "at most 64"),
            (Budget(name: "b", limit: Money(picos: -1)), "-$0.000000000001 is negative"),
            (Budget(name: "b", limit: .zero, period: .rolling(hours: 745)), "1 to 744 hours"),
            (Budget(name: "b", limit: .zero, period: .rolling(hours: 0)), "1 to 744 hours"),
            (Budget(name: "b", scope: BudgetScope(account: "a//b"), limit: .zero), "is no account"),
            (Budget(name: "b", limit: .zero, thresholds: [0]), "from 1 to 1000"),
            (Budget(name: "b", limit: .zero, thresholds: [50, 50]), "twice"),
        ])
    func problems(budget: Budget, part: String) {
        #expect(budget.problems.count == 1)
        #expect(budget.problems.first?.contains(part) == true)
        #expect(Budget.problems(of: [budget]).first?.hasPrefix("Budget '\(budget.name)': ") == true)
    }

    @Test("a name that stands there twice is a problem, and so are too many budgets")
    func together() {
        let budget = Budget(name: "b", limit: .zero)
        #expect(Budget.problems(of: [budget, budget]).count == 1)
        let many = (0..<65).map { Budget(name: "b\($0)", limit: .zero) }
        #expect(Budget.problems(of: many) == ["There are 65 budgets; have at most 64."])
    }
}
