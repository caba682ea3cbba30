import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Ratios")
struct RatioTests {
    @Test("a part of an amount is exact or nothing")
    func parts() throws {
        let most = try #require(Ratio("85/100"))
        #expect(most.of(Money(picos: 150_000)) == Money(picos: 127_500))
        #expect(most.of(Money(picos: 1)) == nil)
        #expect(try #require(Ratio("1/3")).of(Money(picos: 10)) == nil)
        #expect(try #require(Ratio("1/3")).of(Money(picos: 9)) == Money(picos: 3))
        #expect(try #require(Ratio("1.1")).of(Money(picos: 2_500_000)) == Money(picos: 2_750_000))
        #expect(most.of(.zero) == .zero)
    }

    @Test("the product may be beyond 64 bits as long as the part isn't")
    func wide() throws {
        let whole = try #require(Ratio(Int64.max, over: Int64.max))
        #expect(whole.of(Money(picos: .max)) == Money(picos: .max))
        #expect(try #require(Ratio("2/1")).of(Money(picos: .max)) == nil)
    }

    @Test(
        "fractions and decimals are read",
        arguments: [
            ("85/100", 85, 100), ("1/1", 1, 1), ("0.85", 85, 100), ("1.1", 11, 10), ("2", 2, 1),
            ("1e-2", 1, 100),
        ] as [(String, Int64, Int64)])
    func read(text: String, numerator: Int64, denominator: Int64) {
        let ratio = Ratio(text)
        #expect(ratio?.numerator == numerator)
        #expect(ratio?.denominator == denominator)
        #expect(ratio?.description == "\(numerator)/\(denominator)")
    }

    @Test(
        "what isn't positive is no ratio",
        arguments: [
            "0", "0/1", "1/0", "-1/2", "1/-2", "+1/2", "1/2/3", "/", "1/", "/2", "", "85%", "a/b", "-0.5",
            "1e-13",
        ])
    func refused(text: String) {
        #expect(Ratio(text) == nil)
    }

    @Test("a part times the denominator is the whole times the numerator")
    func property() {
        let random = SeededRandom(seed: 0x8A71)
        for _ in 0..<2_000 {
            let numerator = Int64(random.next(below: 1_000)) + 1
            let denominator = Int64(random.next(below: 1_000)) + 1
            let amount = Money(picos: Int64(random.next(below: 1 << 50)))
            let part = Ratio(numerator, over: denominator)?.of(amount)
            let product = Int128(amount.picos) * Int128(numerator)
            #expect((part != nil) == (product % Int128(denominator) == 0), "seed \(random.seed)")
            if let part {
                #expect(Int128(part.picos) * Int128(denominator) == product, "seed \(random.seed)")
            }
        }
    }
}
