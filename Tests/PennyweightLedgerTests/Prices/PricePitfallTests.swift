import PennyweightLedger
import PennyweightTime
import Testing

/// What other gateways charged wrongly, with the shipped prices.
@Suite("Pitfalls of prices")
struct PricePitfallTests {
    private let book: PriceBook
    private let today: Timestamp

    init() throws {
        book = try PriceBook.shipped()
        today = try #require(CalendarDay(book.version)).start
    }

    private func cost(_ model: String, of provider: String = "openai", _ usage: Usage) throws -> Cost {
        try #require(book.price(of: model, provider: provider, at: today), "\(model)").charge(for: usage).cost
    }

    private func usd(_ text: String) throws -> Cost { .exact(try #require(Money(usd: text))) }

    private func tokens(_ input: Int64, _ output: Int64, change: (inout TokenUsage) -> Void = { _ in })
        -> Usage
    {
        var tokens = TokenUsage(input: input, output: output)
        change(&tokens)
        return Usage(tokens: tokens)
    }

    private func meter(_ unit: Unit, _ variant: String? = nil, _ count: Int64) -> Usage {
        Usage(meters: [.init(unit, variant: variant, count: count)])
    }

    @Test("a price of a million tokens is that of a million, not of one: units are types")
    func units() throws {
        #expect(try cost("gpt-4o-mini", tokens(1_000_000, 0)) == usd("0.15"))
        #expect(try cost("gpt-4o-mini", tokens(1, 0)) == usd("0.00000015"))
        #expect(try cost("gpt-4o-mini", tokens(1_000_000, 1_000_000)) == usd("0.75"))
    }

    @Test("cached tokens are not charged as prompt, and tokens written to the cache once")
    func cached() throws {
        let usage = tokens(100_000, 0) { $0.cachedInput = 90_000 }
        #expect(try cost("gpt-4o", usage) == usd("0.1375"))
        let written = tokens(100_000, 0) {
            $0.cacheWrite = 60_000
            $0.cacheWriteHour = 40_000
        }
        #expect(try cost("claude-sonnet-4-5", of: "anthropic", written) == usd("0.465"))
    }

    @Test("a cost that the provider reports is evidence, not truth; a reported zero doesn't make it free")
    func reportedCost() throws {
        var usage = tokens(1_000_000, 0)
        usage.raw = Array(#"{"prompt_tokens":1000000,"completion_tokens":0,"cost":0}"#.utf8)
        #expect(try cost("gpt-4o-mini", usage) == usd("0.15"))
    }

    @Test("image tokens cost what image tokens do, not what text does")
    func imageTokens() throws {
        let image = tokens(1_000, 4_000) { $0.imageOutput = 4_000 }
        #expect(try cost("gpt-image-1", image) == usd("0.165"))
        var counted = image
        counted.meters = [.init(.image, variant: "high/1024x1024", count: 1)]
        #expect(try cost("gpt-image-1", counted) == usd("0.165"))
    }

    @Test("an image or a second of video is never free because nobody reported it")
    func neverFree() throws {
        for model in book.models where ["image", "video"].contains(model.mode) {
            let price = try #require(book.price(of: model.id, provider: model.provider, at: today))
            #expect(price.charge(for: Usage()).cost.exactAmount == nil, "\(model.id)")
            for amount in price.rates.amounts.values { #expect(amount > .zero, "\(model.id)") }
        }
    }

    @Test("the delivered resolution decides, and each has its own price: none follows from another")
    func resolutions() throws {
        #expect(try cost("sora-2-pro", meter(.videoSecond, "720p", 8)) == usd("2.4"))
        #expect(try cost("sora-2-pro", meter(.videoSecond, "1024p", 8)) == usd("4"))
        guard case .unknown = try cost("sora-2-pro", meter(.videoSecond, "1080p", 8)) else {
            Issue.record("a resolution without a price has one")
            return
        }
    }

    @Test("every model of video with several resolutions asks for the one that was delivered")
    func everyResolution() throws {
        for model in book.models where model.mode == "video" {
            let price = try #require(book.price(of: model.id, provider: model.provider, at: today))
            for (key, amount) in price.rates.amounts where key.unit == .videoSecond {
                let cost = price.charge(for: meter(.videoSecond, key.variant, 6)).cost
                if key.variant != nil { #expect(cost.exactAmount == (try amount.times(6)), "\(model.id)") }
            }
        }
    }

    @Test("a custom price of a second of video is the one that counts")
    func customVideo() throws {
        let overlay = try PriceFiles.overlay(
            #""models":[{"id":"sora-2-pro","provider":"openai","mode":"video","prices":[{"effective_from":"2026-01-01","#
                + #""rates":{"video_second:720p":"0.21"}}]}]"#)
        let custom = try book.overlaid(by: overlay)
        let price = try #require(custom.price(of: "sora-2-pro", provider: "openai", at: today))
        #expect(price.charge(for: meter(.videoSecond, "720p", 10)).cost == (try usd("2.1")))
    }

    @Test("audio is charged by its seconds where that is the price")
    func audio() throws {
        #expect(try cost("whisper-1", meter(.audioSecond, nil, 90)) == usd("0.009"))
    }

    @Test("a search has a fee of its own beside the tokens")
    func searches() throws {
        var usage = tokens(1_000_000, 0)
        usage.meters = [.init(.search, count: 3)]
        #expect(try cost("claude-sonnet-4-5", of: "anthropic", usage) == usd("3.03"))
    }

    @Test("data residency costs more, to the pico-dollar, in every table of the models that list it")
    func residency() throws {
        let uplift = try #require(Ratio("1.1"))
        let regional = book.models.filter { $0.prices.last?.regions.isEmpty == false }
        #expect(regional.count >= 40)
        for model in regional {
            let price = try #require(model.prices.last)
            for (region, tariff) in price.regions {
                #expect(["us", "eu"].contains(region))
                #expect(tariff.tables.map(\.name) == price.tariff.tables.map(\.name), "\(model.id)")
                for (base, lifted) in zip(price.tariff.tables, tariff.tables) {
                    for (key, amount) in base.rates.amounts {
                        let wanted = key.unit.isToken ? uplift.of(amount) : amount
                        #expect(lifted.rates.amounts[key] == wanted, "\(model.id) \(key.name)")
                    }
                }
            }
        }
    }
}
