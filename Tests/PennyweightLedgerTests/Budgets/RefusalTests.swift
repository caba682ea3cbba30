import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Refusals and thresholds of a balance")
struct RefusalTests {
    private let time = Timestamp(seconds: 1_795_348_800)  // 2026-11-22, noon

    private func claim(
        _ limit: Int64, _ period: BudgetPeriod = .none, isHard: Bool = true,
        counted: BudgetScope = BudgetScope(account: "acme/search")
    ) -> BudgetClaim {
        BudgetClaim(
            budget: Budget(name: "team", limit: Money(picos: limit), period: period, isHard: isHard),
            counted: counted, openedAt: time)
    }

    private func balance(_ settled: Int128, _ held: Int128) -> Balance {
        Balance(settled: MoneyTotal(picos: settled), held: MoneyTotal(picos: held))
    }

    private func dollars(_ amount: Int64) -> Int64 { amount * Money.picosPerDollar }

    @Test("what fills the limit to the pico is allowed, one pico more is refused")
    func edge() {
        #expect(balance(50, 40).refusal(of: Money(picos: 10), by: claim(100)) == nil)
        #expect(balance(50, 40).refusal(of: Money(picos: 11), by: claim(100)) != nil)
        #expect(balance(0, 0).refusal(of: .zero, by: claim(0)) == nil)
        #expect(balance(0, 0).refusal(of: Money(picos: 1), by: claim(0)) != nil)
        #expect(
            balance(.init(Int64.max), .init(Int64.max)).refusal(of: Money(picos: .max), by: claim(.max))
                != nil)
    }

    @Test("a soft budget refuses nothing, whatever the bound")
    func soft() {
        for bound in [nil, Money(picos: .max)] {
            #expect(balance(1_000, 1_000).refusal(of: bound, by: claim(1, isHard: false)) == nil)
        }
    }

    @Test("a refusal names budget, scope, limit, settled, held, needed, and when it begins again")
    func message() {
        let reason = balance(Int128(dollars(1)), Int128(dollars(1)) / 2)
            .refusal(of: Money(picos: dollars(9)), by: claim(dollars(5), .day))
        #expect(
            reason
                == "The budget 'team' of account acme/search is $5 a day: $1 is settled, $0.5 is held, and this "
                + "call can cost up to $9. Lower max_completion_tokens or n, or raise the budget. "
                + "It begins again at 2026-11-23T00:00:00.000Z.")
    }

    @Test(
        "a refusal says how often the budget begins again, and when",
        arguments: [
            (BudgetPeriod.none, "is $5: ", nil), (.week, "$5 a week", "2026-11-23T00:00:00.000Z"),
            (.month, "$5 a month", "2026-12-01T00:00:00.000Z"), (.rolling(hours: 24), "$5 in 24 hours", nil),
            (.rolling(hours: 1), "$5 in 1 hour:", nil),
        ])
    func periods(period: BudgetPeriod, part: String, reset: String?) throws {
        let claim = claim(dollars(5), period)
        for bound in [Money(picos: dollars(6)), nil] {
            let reason = try #require(Balance().refusal(of: bound, by: claim))
            #expect(reason.contains(part))
            #expect(reason.contains("begins again") == (reset != nil))
            #expect(reason.contains(reset ?? ""))
        }
    }

    @Test("a call without a bound is refused with advice on how to bound it")
    func unbounded() throws {
        let reason = try #require(Balance().refusal(of: nil, by: claim(dollars(5))))
        #expect(reason.contains("the most that this call can cost is not known"))
        #expect(reason.contains("max_completion_tokens"))
    }

    @Test("the advice fits what is in the way")
    func advice() throws {
        let advice = { (balance: Balance, bound: Int64) in
            try #require(balance.refusal(of: Money(picos: bound), by: claim(10)))
        }
        #expect(try advice(balance(10, 0), 1).contains("Raise the budget, or wait."))
        #expect(try advice(balance(2, 8), 1).contains("wait for what is held"))
        #expect(try !advice(balance(2, 0), 11).contains("wait"))
    }

    @Test("a threshold is reached by what is settled, to the pico, and never by nothing")
    func thresholds() {
        let budget = Budget(name: "b", limit: Money(picos: 1_000), thresholds: [50, 80, 100, 150])
        let reached = { (settled: Int128) in balance(settled, 9_999).reached(of: budget) }
        #expect(reached(499) == [])
        #expect(reached(500) == [50])
        #expect(reached(999) == [50, 80])
        #expect(reached(1_500) == [50, 80, 100, 150])
        let nothing = Budget(name: "b", limit: .zero)
        #expect(Balance().reached(of: nothing) == [])
        #expect(balance(1, 0).reached(of: nothing) == [50, 80, 100])
        let most = Budget(name: "b", limit: Money(picos: .max), thresholds: [1_000])
        #expect(balance(Int128(Int64.max) * 10, 0).reached(of: most) == [1_000])
    }
}
