import PennyweightLedger
import PennyweightTesting
import Testing

@Suite("MoneyTotal")
struct MoneyTotalTests {
    @Test("a sum of amounts that don't fit one line is exact")
    func sum() {
        var total = MoneyTotal.zero
        for _ in 0..<1_000 { total += MoneyTotal(Money(picos: .max)) }
        #expect(total.text == "9223372036.854775807")
        #expect(total.picos == 9_223_372_036_854_775_807_000)
        for _ in 0..<2_000 { total += MoneyTotal(Money(picos: .min)) }
        #expect(total.description == "-$9223372036.854775809")
    }

    @Test("order of adding doesn't matter")
    func order() {
        let random = SeededRandom(seed: 0x70A1)
        let amounts = (0..<1_000).map { _ in MoneyTotal(Money(picos: Int64(bitPattern: random.next()))) }
        let forwards = amounts.reduce(.zero, +)
        #expect(forwards == amounts.reversed().reduce(.zero, +), "seed \(random.seed)")
        #expect(forwards.picos == amounts.reduce(Int128(0)) { $0 + $1.picos })
    }

    @Test("compares and writes small totals like money")
    func small() {
        #expect(MoneyTotal.zero.text == "0")
        #expect(MoneyTotal(picos: -1).text == "-0.000000000001")
        #expect(MoneyTotal(picos: -1) < .zero)
        #expect(MoneyTotal(Money(picos: 165_000_000)).description == "$0.000165")
    }
}
