import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
    @Test(
        "figures are read from their text, exponents included",
        arguments: [
            ("1.5e-07", Int64(150_000)), ("1.5E-7", 150_000), ("0.00000015", 150_000), ("15e-8", 150_000),
            ("1", 1_000_000_000_000), ("0.01", 10_000_000_000), ("1e-12", 1), ("10e-13", 1),
            ("1E+2", 100_000_000_000_000),
            ("0", 0), ("0.0", 0), ("0e999", 0), ("-0", 0), ("-2e-12", -2), ("007", 7_000_000_000_000),
            ("1.000000000000000000000000", 1_000_000_000_000), ("0.0375", 37_500_000_000),
        ] as [(String, Int64)])
    func read(text: String, picos: Int64) {
        #expect(ExactDecimal(text)?.money?.picos == picos)
    }

    @Test(
        "what is no whole number of pico-dollars is nothing, never a rounded figure",
        arguments: ["1e-13", "1.5e-12", "0.0000000000001", "3.3333333333333e-7", "0.1234567890123"])
    func inexact(text: String) {
        #expect(ExactDecimal(text) != nil)
        #expect(ExactDecimal(text)?.money == nil)
    }

    @Test(
        "an amount out of range is nothing, not a wrap", arguments: ["1e7", "9223372.036854775808", "1e400"])
    func range(text: String) {
        #expect(ExactDecimal(text)?.money == nil)
        #expect(ExactDecimal("9223372.036854775807")?.money?.picos == Int64.max)
    }

    @Test(
        "what is no number is nothing",
        arguments: [
            "", "-", ".", "1.", ".5", "e5", "1e", "1e+", "1e1.5", "0x10", "1,5", " 1", "1 ", "١", "NaN",
            "inf", "--1",
            "1.2.3", "1e99999", "1ee2", "+1", String(repeating: "1", count: 201),
        ])
    func noNumber(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test("numbers that are written differently are equal")
    func equality() {
        #expect(ExactDecimal("1.50e-1") == ExactDecimal("0.15"))
        #expect(ExactDecimal("100") == ExactDecimal("1e2"))
        #expect(ExactDecimal("-0") == ExactDecimal("0"))
        #expect(ExactDecimal("0.15") != ExactDecimal("-0.15"))
        #expect(ExactDecimal("0")?.isZero == true && ExactDecimal("-1")?.isNegative == true)
    }

    @Test("every amount that money can write is read back, with any exponent")
    func roundTrip() {
        let random = SeededRandom(seed: 0xDEC)
        for _ in 0..<2_000 {
            let money = Money(picos: Int64(bitPattern: random.next() >> random.next(below: 63)) & .max)
            let shift = Int(random.next(below: 12))
            #expect(ExactDecimal(money.text)?.money == money, "seed \(random.seed)")
            let scaled = "\(money.picos)e-\(12 + shift)" + ""
            let whole = String(repeating: "0", count: shift)
            #expect(ExactDecimal("\(money.picos)\(whole)e-\(12 + shift)")?.money == money, "\(scaled)")
        }
    }
}
