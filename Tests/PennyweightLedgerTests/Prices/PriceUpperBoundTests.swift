import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The most that a call can cost")
struct PriceUpperBoundTests {
    private let price = PriceFixture.whole

    @Test("each side costs what its dearest class costs in any tier that the prompt can reach")
    func dearest() {
        let bound = price.upperBound(inputTokens: 1_000, outputTokens: 100, meters: [])
        #expect(bound?.picos == Int64(1_000 * 300 + 100 * 1_000))
        let long = price.upperBound(inputTokens: 400_001, outputTokens: 100, meters: [])
        #expect(long?.picos == Int64(400_001 * 900 + 100 * 1_000))
        let edge = price.upperBound(inputTokens: 400_000, outputTokens: 0, meters: [])
        #expect(edge?.picos == Int64(400_000 * 300))
    }

    @Test("without a count of the prompt the context window counts, for each prompt, in every tier")
    func contextWindow() throws {
        let file = """
            {"schema": "pennyweight-prices/1", "version": "test", "models": [{"id": "m", "provider": "p",
            "mode": "chat", "input_limit": 1000, "output_limit": 10, "prices": [{
            "effective_from": "2020-01-01", "source": "test", "retrieved": "2020-01-01",
            "rates": {"input_token": "1", "image_input_token": "3", "output_token": "2"}}]}]}
            """
        let book = try PriceBook(json: Array(file.utf8))
        let price = try #require(
            book.price(of: "m", provider: "p", at: Timestamp(seconds: 1_795_305_600)))
        #expect(price.inputLimit == 1_000)
        // The dearest class of a prompt is its images, at three micro-dollars a token.
        #expect(price.upperBound(inputTokens: nil, outputTokens: 0, meters: [])?.picos == 3_000_000_000)
        let searching = price.upperBound(inputTokens: nil, outputTokens: nil, prompts: 3, meters: [])
        #expect(searching?.picos == 9_020_000_000)
        let predicted = price.upperBound(
            inputTokens: 1, outputTokens: nil, addedOutputTokens: 7, meters: [])
        #expect(predicted?.picos == 37_000_000)
        #expect(price.upperBound(inputTokens: nil, outputTokens: 0, prompts: nil, meters: []) == nil)
        #expect(price.upperBound(inputTokens: nil, outputTokens: 0, prompts: .max, meters: []) == nil)
        #expect(
            price.upperBound(inputTokens: 0, outputTokens: .max, addedOutputTokens: 1, meters: []) == nil)
    }

    @Test("without a limit in the request the model's own counts, and without either there is no bound")
    func limits() {
        #expect(price.upperBound(inputTokens: 0, outputTokens: nil, meters: [])?.picos == 16_384_000)
        #expect(price.upperBound(inputTokens: nil, outputTokens: 1, meters: []) == nil)
        let unlimited = PriceFixture.price([.init(.inputToken): 1, .init(.outputToken): 2])
        #expect(unlimited.upperBound(inputTokens: 1, outputTokens: nil, meters: []) == nil)
        let embedding = PriceFixture.price([.init(.inputToken): 3])
        #expect(embedding.upperBound(inputTokens: 5, outputTokens: nil, meters: [])?.picos == 15)
        #expect(embedding.upperBound(inputTokens: 5, outputTokens: 1, meters: []) == nil)
    }

    @Test("meters cost what their variant costs, or their dearest if there is none")
    func meters() {
        func bound(_ meters: [Usage.Meter]) -> Int64? {
            price.upperBound(inputTokens: 0, outputTokens: 0, meters: meters)?.picos
        }
        #expect(bound([.init(.videoSecond, variant: "720p", count: 10)]) == 50_000)
        #expect(bound([.init(.videoSecond, count: 10)]) == 90_000)
        #expect(bound([.init(.videoSecond, variant: "480p", count: 10)]) == nil)
        #expect(bound([.init(.image, count: 2), .init(.search, count: 1)]) == 150_000)
        #expect(bound([.init(.image, variant: "low/1x1", count: 1)]) == 40_000)
        #expect(bound([.init(.character, count: 1)]) == nil)
        #expect(bound([.init(.character, count: 0)]) == 0)
        #expect(bound([.init(.search, count: -1)]) == nil)
    }

    @Test("a model that is charged by the image needs no tokens, and one that includes them no image price")
    func images() {
        let flat = PriceFixture.price([.init(.image): 40])
        #expect(
            flat.upperBound(inputTokens: 20, outputTokens: nil, meters: [.init(.image, count: 2)])?.picos
                == 80)
        let byToken = PriceFixture.price(
            [.init(.inputToken): 5, .init(.imageOutputToken): 40], included: [.image])
        let image = Usage.Meter(.image, variant: "high/1024x1024", count: 1)
        #expect(byToken.upperBound(inputTokens: 10, outputTokens: 100, meters: [image])?.picos == 4_050)
        #expect(byToken.upperBound(inputTokens: 10, outputTokens: nil, meters: [image]) == nil)
    }

    @Test("what can't be counted or doesn't fit has no bound")
    func overflow() {
        #expect(price.upperBound(inputTokens: -1, outputTokens: 0, meters: []) == nil)
        #expect(price.upperBound(inputTokens: 0, outputTokens: -1, meters: []) == nil)
        #expect(price.upperBound(inputTokens: .max, outputTokens: 0, meters: []) == nil)
        #expect(price.upperBound(inputTokens: .max / 900, outputTokens: .max / 1_000, meters: []) == nil)
    }

    @Test("what costs nothing is bounded by nothing, whatever isn't known")
    func free() {
        let free = PriceFixture.price([.init(.inputToken): 0, .init(.outputToken): 0])
        #expect(free.upperBound(inputTokens: nil, outputTokens: nil, meters: []) == .zero)
    }

    @Test("an off-peak price is bounded by the peak, because the call may end there")
    func offPeak() {
        let allDay = OffPeak.Window(weekdays: Set(1...7), minutes: 0..<1_440)
        let price = PriceFixture.price(
            [.init(.inputToken): 10, .init(.outputToken): 20],
            offPeak: OffPeak(
                windows: [allDay],
                rates: PriceFixture.rates([.init(.inputToken): 5, .init(.outputToken): 8])))
        let now = price.at(Timestamp(seconds: 0))
        #expect(
            now.charge(for: Usage(tokens: TokenUsage(input: 1, output: 1))).cost == .exact(Money(picos: 13)))
        #expect(now.upperBound(inputTokens: 1, outputTokens: 1, meters: [])?.picos == 30)
    }

    @Test("no settled cost is ever above the bound: random usages at random prices")
    func property() {
        let random = SeededRandom(seed: 0xB0D5)
        var settled = 0
        for round in 0..<4_000 {
            let price = round % 2 == 0 ? PriceFixture.whole : PriceBoundary.price(random)
            let tokens = TokenUsage.random(random)
            var usage = Usage(tokens: tokens)
            usage.serviceTier = [nil, "flex", "priority", "fast"][Int(random.next(below: 4))]
            if random.next(below: 2) == 0 {
                usage.meters = [.init(.search, count: Int64(random.next(below: 5)))]
            }
            guard case .exact(let cost) = price.charge(for: usage).cost else { continue }
            let bound = price.upperBound(
                inputTokens: (tokens.input ?? 0) + Int64(random.next(below: 1_000)),
                outputTokens: (tokens.output ?? 0) + Int64(random.next(below: 100)), meters: usage.meters)
            settled += 1
            #expect(bound.map { cost <= $0 } ?? false, "round \(round), seed \(random.seed)")
        }
        #expect(settled > 500)
    }

    @Test("no settled cost is ever above the bound: random usages of every shipped model")
    func shipped() throws {
        let random = SeededRandom(seed: 0x5419)
        var settled = 0
        for model in try PriceBook.shipped().models {
            for price in model.prices where price.countsTokens {
                for _ in 0..<20 {
                    let tokens = TokenUsage.random(random)
                    var usage = Usage(tokens: tokens)
                    usage.serviceTier =
                        ([nil] + price.serviceTiers.keys.sorted())[
                            Int(random.next(below: UInt64(price.serviceTiers.count + 1)))]
                    guard case .exact(let cost) = price.charge(for: usage).cost else { continue }
                    let bound = price.upperBound(
                        inputTokens: tokens.input, outputTokens: tokens.output, meters: [])
                    settled += 1
                    #expect(bound.map { cost <= $0 } ?? false, "\(price.version), seed \(random.seed)")
                }
            }
        }
        #expect(settled > 100)
    }
}

/// Random prices with tables that have holes.
enum PriceBoundary {
    static func price(_ random: SeededRandom) -> Price {
        PriceFixture.price(
            amounts(random, holes: false),
            contextTiers: (0..<random.next(below: 3)).map { number in
                ContextTier(
                    aboveInputTokens: Int64(100_000 * (number + 1)), rates: Rates(money(random)),
                    serviceTiers: ["flex": Rates(money(random))])
            },
            serviceTiers: ["flex": Rates(money(random)), "priority": Rates(money(random))])
    }

    private static func money(_ random: SeededRandom) -> [Rates.Key: Money] {
        amounts(random, holes: true).mapValues { Money(picos: $0) }
    }

    private static func amounts(_ random: SeededRandom, holes: Bool) -> [Rates.Key: Int64] {
        var amounts: [Rates.Key: Int64] = [:]
        for unit in Unit.allCases where unit.isToken || unit == .search {
            if holes, random.next(below: 6) == 0 { continue }
            amounts[.init(unit)] = Int64(random.next(below: 10_000))
        }
        return amounts
    }
}
