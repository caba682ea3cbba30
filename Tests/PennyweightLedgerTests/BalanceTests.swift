import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Balance")
struct BalanceTests {
    private func hold(bound: Int64?, limit: Int64?) -> Hold {
        Hold(
            id: SortableID(high: 1, low: 2), callID: SortableID(high: 3, low: 4), attempt: 1,
            subject: Subject(
                account: "team", provider: "openai", model: "gpt-4o", route: "/chat/completions"),
            upperBound: bound.map(Money.init(picos:)), limit: limit.map(Money.init(picos:)),
            openedAt: Timestamp(seconds: 0), expiresAt: Timestamp(seconds: 1))
    }

    private func balance(_ settled: Int128, _ held: Int128) -> Balance {
        Balance(settled: MoneyTotal(picos: settled), held: MoneyTotal(picos: held))
    }

    @Test("a hold that fills the limit to the pico is allowed, one pico more is refused")
    func edge() {
        #expect(balance(50, 40).refusal(of: hold(bound: 10, limit: 100)) == nil)
        #expect(balance(50, 40).refusal(of: hold(bound: 11, limit: 100)) != nil)
    }

    @Test("without a limit nothing is refused")
    func unlimited() {
        #expect(balance(Int128(Int64.max), 1).refusal(of: hold(bound: nil, limit: nil)) == nil)
    }

    @Test("with a limit, a call that can't be bounded is refused")
    func unbounded() {
        #expect(balance(0, 0).refusal(of: hold(bound: nil, limit: 100)) != nil)
    }

    @Test("a refusal names account, limit, settled, held, and what is needed")
    func message() throws {
        let reason = try #require(
            balance(1_000_000_000_000, 500_000_000_000).refusal(of: hold(bound: 2_000_000_000_000, limit: 3)))
        for part in ["'team'", "$0.000000000003", "$1 is settled", "$0.5 is held", "up to $2"] {
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
