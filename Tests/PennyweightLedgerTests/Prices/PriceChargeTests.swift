import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("What a usage costs")
struct PriceChargeTests {
    private let price = PriceFixture.whole

    private func exact(_ usage: Usage, _ price: Price? = nil) -> Int64? {
        (price ?? self.price).charge(for: usage).cost.exactAmount?.picos
    }

    private func reason(_ usage: Usage, _ price: Price? = nil) -> String {
        if case .unknown(let reason) = (price ?? self.price).charge(for: usage).cost { reason } else { "" }
    }

    private func tokens(_ input: Int64, _ output: Int64, change: (inout TokenUsage) -> Void = { _ in })
        -> Usage
    {
        var tokens = TokenUsage(input: input, output: output)
        change(&tokens)
        return Usage(tokens: tokens)
    }

    @Test("tokens cost count times price, item by item")
    func items() throws {
        let usage = tokens(1_000, 200) {
            $0.cachedInput = 400
            $0.cacheWrite = 100
        }
        let charge = price.charge(for: usage)
        #expect(charge.cost == .exact(Money(picos: 500 * 100 + 400 * 10 + 100 * 125 + 200 * 500)))
        #expect(charge.items.map(\.unit) == [.inputToken, .cachedInputToken, .cacheWriteToken, .outputToken])
        #expect(charge.items.map(\.count) == [500, 400, 100, 200])
    }

    @Test("reasoning without a price of its own costs what output costs, and with one its own")
    func reasoning() {
        let usage = tokens(0, 100) { $0.reasoning = 60 }
        #expect(exact(usage) == Int64(100 * 500))
        let own = PriceFixture.price([.init(.outputToken): 500, .init(.reasoningToken): 700])
        #expect(exact(usage, own) == Int64(40 * 500 + 60 * 700))
    }

    @Test("a class without a price makes the cost unknown, and says which; nothing is inherited from input")
    func missingClass() {
        let plain = PriceFixture.price([.init(.inputToken): 100, .init(.outputToken): 500])
        #expect(reason(tokens(10, 1) { $0.cachedInput = 1 }, plain).contains("cached_input_token"))
        #expect(reason(tokens(10, 1) { $0.cacheWrite = 1 }, plain).contains("cache_write_token"))
        #expect(reason(tokens(10, 1) { $0.audioInput = 1 }, plain).contains("audio_input_token"))
        #expect(reason(tokens(10, 1) { $0.imageInput = 1 }, plain).contains("image_input_token"))
        #expect(reason(tokens(10, 1) { $0.imageOutput = 1 }, plain).contains("image_output_token"))
        #expect(reason(tokens(10, 1) { $0.imageOutput = 1 }, plain).contains(plain.version))
    }

    @Test("a count of zero needs no price")
    func zero() {
        let plain = PriceFixture.price([.init(.inputToken): 100])
        var usage = tokens(10, 0) {
            $0.cachedInput = 0
            $0.reasoning = 0
        }
        usage.meters = [.init(.search, count: 0)]
        #expect(exact(usage, plain) == 1_000)
        #expect(plain.charge(for: usage).items.count == 1)
    }

    @Test("a report that is missing, partial or inconsistent is unknown, never zero")
    func incomplete() {
        #expect(reason(Usage()).contains("no tokens"))
        #expect(reason(Usage(meters: [.init(.search, count: 1)])).contains("no tokens"))
        #expect(reason(Usage(tokens: TokenUsage())).contains("incomplete"))
        #expect(reason(Usage(tokens: TokenUsage(input: 10))).contains("incomplete"))
        #expect(reason(tokens(10, 1) { $0.cachedInput = 11 }).contains("add up"))
        let images = PriceFixture.price([.init(.image): 7])
        #expect(reason(Usage(), images).contains("nothing"))
        #expect(reason(tokens(0, 0), images).contains("nothing"))
        #expect(reason(Usage(meters: [.init(.search, count: 1)]), images).contains("nothing"))
        #expect(reason(Usage(meters: [.init(.image, count: -1)]), images).contains("negative"))
        #expect(reason(Usage(meters: [.init(.inputToken, count: 1)]), images).contains("not a meter"))
    }

    @Test(
        "the context tier follows from the whole prompt, cached tokens included",
        arguments: [
            (Int64(200_000), Int64(0), Int64(200_000 * 100)), (200_001, 0, 200_001 * 200),
            (200_001, 100_000, 100_001 * 200 + 100_000 * 20), (400_001, 0, 400_001 * 900),
        ] as [(Int64, Int64, Int64)])
    func contextTier(input: Int64, cached: Int64, picos: Int64) {
        #expect(exact(tokens(input, 0) { $0.cachedInput = cached }) == picos)
    }

    @Test("a context tier takes no token price from the base, but fees are the same in all")
    func contextTierGaps() {
        #expect(reason(tokens(400_001, 0) { $0.cachedInput = 1 }).contains("cached_input_token"))
        var usage = tokens(200_001, 0)
        usage.meters = [.init(.search, count: 2)]
        #expect(exact(usage) == Int64(200_001 * 200 + 20_000))
    }

    @Test(
        "the service tier decides the table, and one that isn't listed is unknown",
        arguments: [
            (nil, Int64(1_000)), ("default", 1_000), ("auto", 1_000), ("standard", 1_000), ("flex", 500),
            ("priority", 1_800), ("fast", 1_800), ("batch", nil), ("scale", nil), ("", nil),
        ] as [(String?, Int64?)])
    func serviceTier(name: String?, picos: Int64?) {
        var usage = tokens(10, 0)
        usage.serviceTier = name
        #expect(exact(usage) == picos)
        if picos == nil { #expect(reason(usage).contains("service tier")) }
    }

    @Test("a service tier takes nothing from the base, and has context tiers of its own")
    func serviceTierGaps() {
        var usage = tokens(10, 0) { $0.cachedInput = 1 }
        usage.serviceTier = "flex"
        #expect(reason(usage).contains("cached_input_token"))
        usage = tokens(200_001, 10)
        usage.serviceTier = "flex"
        #expect(exact(usage) == Int64(200_001 * 100 + 10 * 375))
        usage.serviceTier = "priority"
        #expect(reason(usage).contains("service tier"))
        usage = tokens(10, 0)
        usage.serviceTier = "flex"
        usage.meters = [.init(.search, count: 1)]
        #expect(reason(usage).contains("search"))
    }

    @Test("meters are priced by variant, and by the general price where there is no other")
    func meters() {
        var usage = tokens(0, 0)
        usage.meters = [
            .init(.image, variant: "high/1024x1024", count: 2),
            .init(.image, variant: "low/512x512", count: 1),
            .init(.videoSecond, variant: "1080p", count: 8),
        ]
        #expect(exact(usage) == Int64(140_000 + 40_000 + 72_000))
        usage.meters = [.init(.videoSecond, variant: "480p", count: 1)]
        #expect(reason(usage).contains("video_second:480p"))
        usage.meters = [.init(.videoSecond, count: 1)]
        #expect(reason(usage).contains("video_second has no price"))
        let one = PriceFixture.price([.init(.videoSecond, variant: "720p"): 5])
        #expect(exact(Usage(meters: [.init(.videoSecond, count: 3)]), one) == 15)
    }

    @Test("an image that is paid for by its tokens isn't charged again, and not free without them")
    func included() {
        let price = PriceFixture.price(
            [.init(.inputToken): 5, .init(.imageOutputToken): 40], included: [.image])
        var usage = tokens(10, 100) { $0.imageOutput = 100 }
        usage.meters = [.init(.image, variant: "high/1024x1024", count: 1)]
        #expect(exact(usage, price) == Int64(50 + 4_000))
        usage.tokens = nil
        #expect(exact(usage, price) == nil)
    }

    @Test("cached tokens of a mixed prompt are estimated if text and audio differ in price")
    func cachedMedia() {
        let text = tokens(100, 0) { $0.cachedInput = 10 }
        #expect(exact(text) == Int64(90 * 100 + 10 * 10))
        let mixed = tokens(100, 0) {
            $0.cachedInput = 10
            $0.audioInput = 10
        }
        let charge = price.charge(for: mixed)
        guard case .estimated(let lower, let upper, let reason) = charge.cost else {
            Issue.record("it is \(charge.cost)")
            return
        }
        #expect(lower.picos == Int64(90 * 100 + 10 * 40))
        #expect(upper.picos == Int64(80 * 100 + 10 * 300 + 10 * 10))
        #expect(reason.contains("cached"))
        #expect(charge.items.isEmpty)
    }

    @Test("what costs nothing is exactly nothing, even without a report")
    func free() {
        let free = PriceFixture.price([.init(.inputToken): 0, .init(.outputToken): 0])
        #expect(exact(Usage(), free) == 0)
        #expect(exact(tokens(100, 0), free) == 0)
        #expect(exact(Usage(meters: [.init(.search, count: 1)]), free) == nil)
    }

    @Test("an amount beyond one line is unknown, not a wrap")
    func overflow() {
        #expect(reason(tokens(.max, 0)).contains("9.2 million"))
        #expect(reason(tokens(.max / 900, .max / 500)).contains("9.2 million"))
    }

    @Test("items add up to the cost for any usage that has an exact one")
    func sums() {
        let random = SeededRandom(seed: 0xC0575)
        var found = 0
        for _ in 0..<5_000 {
            var usage = Usage(tokens: .random(random))
            usage.serviceTier = [nil, "flex", "priority", "auto"][Int(random.next(below: 4))]
            let charge = price.charge(for: usage)
            guard case .exact(let cost) = charge.cost else {
                #expect(charge.items.isEmpty)
                continue
            }
            found += 1
            #expect(
                charge.items.reduce(0) { $0 + $1.count * $1.unitPrice.picos } == cost.picos,
                "seed \(random.seed)")
            let counted = charge.items.reduce(0) { $0 + $1.count }
            #expect(
                counted == (usage.tokens?.input ?? 0) + (usage.tokens?.output ?? 0), "seed \(random.seed)")
        }
        #expect(found > 200)
    }
}
