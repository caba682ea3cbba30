import PennyweightLedger
import Testing

@Suite("Cost")
struct CostTests {
    private let cent = Money(picos: 10_000_000_000)

    @Test("no kind but exact has an exact amount, and unknown has no bound")
    func amounts() {
        let estimated = Cost.estimated(lower: .zero, upper: cent, reason: "cut")
        #expect(Cost.exact(cent).exactAmount == cent)
        #expect(estimated.exactAmount == nil)
        #expect(Cost.unknown(reason: "no price").exactAmount == nil)
        #expect(Cost.exact(cent).upperBound == cent)
        #expect(estimated.upperBound == cent)
        #expect(Cost.unknown(reason: "no price").upperBound == nil)
        #expect(Cost.nothing == .exact(.zero))
    }

    @Test("has the three names that headers and the ledger use")
    func status() {
        #expect(Cost.nothing.status == "exact")
        #expect(Cost.estimated(lower: .zero, upper: cent, reason: "").status == "estimated")
        #expect(Cost.unknown(reason: "").status == "unknown")
    }

    @Test("a line item is count times unit price, or an overflow")
    func lineItem() throws {
        let item = try LineItem(unit: .image, variant: "high/1024x1024", count: 3, unitPrice: cent)
        #expect(item.amount.text == "0.03")
        #expect(throws: MoneyOverflow.self) {
            try LineItem(unit: .request, count: .max, unitPrice: Money(picos: 2))
        }
    }
}
