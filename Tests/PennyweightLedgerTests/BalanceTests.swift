import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Balance")
struct BalanceTests {
    private func claim(limit: Int64, isHard: Bool = true) throws -> BudgetClaim {
        let subject = Subject(
            account: "team", provider: "openai", model: "gpt-4o", route: "/chat/completions")
        let budget = Budget(
            name: "search", scope: BudgetScope(account: "team"), limit: Money(picos: limit), period: .day,
            isHard: isHard)
        return try #require(budget.claim(on: subject, at: Timestamp(seconds: 0)))
    }

    private func balance(_ settled: Int128, _ held: Int128) -> Balance {
        Balance(settled: MoneyTotal(picos: settled), held: MoneyTotal(picos: held))
    }

    @Test("a hold that fills the limit to the pico is allowed, one pico more is refused")
    func edge() throws {
        #expect(try balance(50, 40).refusal(of: Money(picos: 10), by: claim(limit: 100)) == nil)
        #expect(try balance(50, 40).refusal(of: Money(picos: 11), by: claim(limit: 100)) != nil)
    }

    @Test("a soft budget refuses nothing")
    func soft() throws {
        #expect(try balance(Int128(Int64.max), 1).refusal(of: nil, by: claim(limit: 1, isHard: false)) == nil)
    }

    @Test("under a hard budget, a call that can't be bounded is refused")
    func unbounded() throws {
        #expect(try balance(0, 0).refusal(of: nil, by: claim(limit: 100)) != nil)
    }

    @Test("a refusal names budget, account, limit, settled, held, what is needed, and the reset")
    func message() throws {
        let reason = try #require(
            try balance(1_000_000_000_000, 500_000_000_000).refusal(
                of: Money(picos: 2_000_000_000_000), by: claim(limit: 3)))
        for part in [
            "'search'", "account team", "$0.000000000003 a day", "$1 is settled", "$0.5 is held", "up to $2",
            "1970-01-02T00:00:00.000Z",
        ] {
            #expect(reason.contains(part))
        }
    }

    @Test("an estimate counts with its upper bound, an unknown cost with what was held")
    func charge() {
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 7), reason: "cut")
        #expect(Balance.charge(for: estimate, held: Money(picos: 9)).picos == 7)
        #expect(Balance.charge(for: .unknown(reason: "no usage"), held: Money(picos: 9)).picos == 9)
        #expect(Balance.charge(for: .unknown(reason: "no price"), held: nil) == .zero)
        #expect(Balance.charge(for: .nothing, held: Money(picos: 9)) == .zero)
    }
}
