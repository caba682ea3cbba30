import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "exact decimal text is read and written",
        arguments: [
            ("0", Int64(0), "0"), ("0.000165", 165_000_000, "0.000165"), ("12", 12_000_000_000_000, "12"),
            ("-3.5", -3_500_000_000_000, "-3.5"), ("0.000000000001", 1, "0.000000000001"),
            ("1.10", 1_100_000_000_000, "1.1"),
            ("0.0000000000010000", 1, "0.000000000001"), ("-0", 0, "0"), ("007", 7_000_000_000_000, "7"),
            ("9223372.036854775807", .max, "9223372.036854775807"),
            ("-9223372.036854775808", .min, "-9223372.036854775808"),
        ])
    func text(text: String, picos: Int64, written: String) {
        #expect(Money(usd: text)?.picos == picos)
        #expect(Money(picos: picos).text == written)
    }

    @Test(
        "what is not exact decimal text is refused",
        arguments: [
            "", "-", ".", "1.", ".5", "1e3", "1E-6", "+1", "1,5", "0x1", " 1", "1 ", "--1", "1.2.3", "NaN",
            "∞", "１",
            "0.0000000000001", "9223372.036854775808", "-9223372.036854775809", "99999999999999999999", "1-",
            "1.-5",
        ])
    func refused(text: String) {
        #expect(Money(usd: text) == nil)
    }

    @Test("is described with a dollar sign")
    func description() {
        #expect(Money(picos: 165_000_000).description == "$0.000165")
        #expect(Money(picos: -2_000_000_000_000).description == "-$2")
        #expect(Money.zero.description == "$0")
        #expect(Money(picos: .min).description == "-$9223372.036854775808")
    }

    @Test("overflow is an error, never a wrap")
    func overflow() throws {
        let most = Money(picos: .max)
        #expect(throws: MoneyOverflow.self) { try most.adding(Money(picos: 1)) }
        #expect(throws: MoneyOverflow.self) { try Money(picos: .min).adding(Money(picos: -1)) }
        #expect(throws: MoneyOverflow.self) { try Money(picos: .max / 2 + 1).times(2) }
        #expect(throws: MoneyOverflow.self) { try Money(picos: .min).times(-1) }
        #expect(try most.times(1) == most)
        #expect(try most.times(0) == .zero)
        #expect(try most.adding(Money(picos: .min)) == Money(picos: -1))
    }

    @Test("arithmetic agrees with 128-bit integers, or throws where they leave the range")
    func model() {
        let random = SeededRandom(seed: 0x40E7)
        for _ in 0..<20_000 {
            let left = magnitude(random)
            let right = magnitude(random)
            #expect(
                (try? Money(picos: left).adding(Money(picos: right)))?.picos
                    == Int64(exactly: Int128(left) + Int128(right)),
                "\(left) + \(right), seed \(random.seed)")
            #expect(
                (try? Money(picos: left).times(right))?.picos == Int64(exactly: Int128(left) * Int128(right)),
                "\(left) * \(right), seed \(random.seed)")
            #expect((Money(picos: left) < Money(picos: right)) == (left < right))
        }
    }

    @Test("text reads back what was written, and agrees with digits placed by hand")
    func textModel() {
        let random = SeededRandom(seed: 0x7EC7)
        for _ in 0..<20_000 {
            let picos = magnitude(random)
            let money = Money(picos: picos)
            #expect(Money(usd: money.text) == money, "\(picos), seed \(random.seed)")
            let digits = String(repeating: "0", count: 25) + String(picos.magnitude)
            let whole = digits.dropLast(12).drop { $0 == "0" }
            var expected = "\(whole.isEmpty ? "0" : whole).\(digits.suffix(12))"
            while expected.hasSuffix("0") { expected.removeLast() }
            if expected.hasSuffix(".") { expected.removeLast() }
            #expect(money.text == (picos < 0 ? "-" : "") + expected, "\(picos), seed \(random.seed)")
        }
    }

    /// A number with a random count of bits, so that small ones and the ends are met.
    private func magnitude(_ random: SeededRandom) -> Int64 {
        Int64(bitPattern: random.next()) >> Int64(random.next(below: 64))
    }
}
