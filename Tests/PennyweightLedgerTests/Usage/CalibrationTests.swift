import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Calibration")
struct CalibrationTests {
    private func calibration(_ samples: [(Int64, Int64)]) -> Calibration {
        var calibration = Calibration(provider: "openai", model: "gpt-4o-mini")
        for (characters, tokens) in samples { calibration.add(characters: characters, tokens: tokens) }
        return calibration
    }

    @Test("it adds up answers, and keeps the extremes as fractions")
    func sums() {
        let calibration = calibration([(400, 100), (90, 30), (1_000, 200)])
        #expect(calibration.samples == 3 && calibration.characters == 1_490 && calibration.tokens == 330)
        #expect(calibration.greatest == Calibration.Ratio(characters: 1_000, tokens: 200))
        #expect(calibration.least == Calibration.Ratio(characters: 90, tokens: 30))
        #expect(calibration.ratioText == "4.5")
        #expect(self.calibration([]).ratioText == "0")
    }

    @Test("what is not positive teaches nothing, and sums never wrap")
    func limits() {
        #expect(calibration([(0, 1), (1, 0), (-1, 1), (1, -1)]).samples == 0)
        #expect(calibration([(.max, .max), (1, 1)]).samples == 1)
    }

    @Test("two that were learned apart are one that was learned together")
    func merge() {
        var first = calibration([(400, 100), (90, 30)])
        first.add(calibration([(1_000, 200)]))
        first.add(calibration([]))
        #expect(first == calibration([(400, 100), (90, 30), (1_000, 200)]))
    }

    @Test("a ledger restores what it kept, and nothing that contradicts itself")
    func restore() throws {
        let known = calibration([(400, 100), (90, 30)])
        let greatest = try #require(known.greatest)
        let least = try #require(known.least)
        let restored = Calibration(
            provider: "openai", model: "gpt-4o-mini", samples: 2, characters: 490, tokens: 130,
            greatest: greatest, least: least)
        #expect(restored == known)
        let wrong = Calibration(
            provider: "p", model: "m", samples: 2, characters: 490, tokens: 130, greatest: least,
            least: greatest)
        #expect(wrong == nil)
        let empty = Calibration(
            provider: "p", model: "m", samples: 0, characters: 490, tokens: 130, greatest: greatest,
            least: least)
        #expect(empty == nil)
    }

    @Test("fractions are compared exactly, at any size")
    func ratios() throws {
        let large = try #require(Calibration.Ratio(characters: .max, tokens: .max - 1))
        let one = try #require(Calibration.Ratio(characters: 1, tokens: 1))
        #expect(one < large)
        #expect(!(large < one))
        #expect(Calibration.Ratio(characters: 0, tokens: 1) == nil)
    }

    @Test("an estimate names its likely tokens, its ratio, and how many answers stand behind it")
    func text() throws {
        let known = calibration(Array(repeating: (4_100, 1_000), count: 57))
        let estimate = try #require(TokenEstimate(characters: 5_084, calibration: known))
        #expect(estimate.likelyTokens == 1_240)
        #expect(
            estimate.text
                == "about 1,240 output tokens by 4.1 characters a token over 57 answers of gpt-4o-mini")
    }

    @Test("the least is by twice the greatest ratio, and nothing with too few answers")
    func least() throws {
        let many = calibration(Array(repeating: (400, 100), count: 9) + [(1_000, 100)])
        #expect(try #require(TokenEstimate(characters: 1_000, calibration: many)).leastTokens == 50)
        let few = calibration(Array(repeating: (400, 100), count: 9))
        #expect(try #require(TokenEstimate(characters: 1_000, calibration: few)).leastTokens == 0)
        #expect(TokenEstimate(characters: 0, calibration: many) == nil)
        #expect(TokenEstimate(characters: 9, calibration: calibration([])) == nil)
        #expect(try #require(TokenEstimate(characters: .max, calibration: many)).likelyTokens > 0)
    }

    @Test("the least costs what the cheapest tier costs, and nothing where that isn't known")
    func leastCost() throws {
        let many = calibration(Array(repeating: (400, 100), count: 10))
        let estimate = try #require(TokenEstimate(characters: 8_000, calibration: many))
        #expect(estimate.leastTokens == 1_000)
        let plain = PriceFixture.price([.init(.inputToken): 100, .init(.outputToken): 500])
        #expect(estimate.leastCost(at: plain) == Money(picos: 500_000))
        #expect(estimate.leastCost(at: PriceFixture.price([.init(.inputToken): 100])) == .zero)
        #expect(estimate.leastCost(at: PriceFixture.whole) <= Money(picos: 500_000))
    }

    @Test("the least stays below what was used, for any answers of a model", arguments: UInt64(1)...20)
    func bounds(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        var known = calibration([])
        for _ in 0..<20 {
            let tokens = Int64(random.next(below: 900)) + 100
            known.add(characters: tokens * Int64(random.next(below: 5) + 2), tokens: tokens)
        }
        for _ in 0..<100 {
            let tokens = Int64(random.next(below: 900)) + 100
            let characters = tokens * Int64(random.next(below: 5) + 2)
            let estimate = try #require(TokenEstimate(characters: characters, calibration: known))
            #expect(estimate.leastTokens <= tokens, "seed \(seed)")
            #expect(estimate.leastTokens <= estimate.likelyTokens, "seed \(seed)")
        }
    }
}
