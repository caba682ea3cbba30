import PennyweightTime
import Testing

@testable import PennyweightLedger

@Suite("The shipped price book")
struct ShippedPricesTests {
    private let book: PriceBook
    private let today: Timestamp

    init() throws {
        book = try PriceBook.shipped()
        today = try #require(CalendarDay(book.version)).start
    }

    private func charge(_ model: String, _ usage: Usage, provider: String = "openai") throws -> Charge {
        try #require(book.price(of: model, provider: provider, at: today)).charge(for: usage)
    }

    @Test("has at least 250 models, sorted, from the providers that people use")
    func models() {
        #expect(book.models.count >= 250)
        #expect(book.models.map(\.id) == book.models.map(\.id).sorted())
        let providers = Set(book.models.map(\.provider))
        #expect(
            providers.isSuperset(of: [
                "openai", "anthropic", "gemini", "vertex", "xai", "mistral", "deepseek", "groq", "fal",
                "black-forest-labs", "runway",
            ]))
        #expect(
            Set(book.models.map(\.mode)).isSuperset(of: ["chat", "embedding", "image", "video", "audio"]))
    }

    @Test("every model has a price today, with a source and days that make sense")
    func dates() throws {
        let first = try #require(CalendarDay("2020-01-01"))
        for model in book.models {
            #expect(model.prices.last { $0.effectiveFrom <= today.day } != nil, "\(model.id)")
            for price in model.prices {
                #expect(!price.source.isEmpty)
                #expect(price.effectiveFrom <= today.day, "\(price.version)")
                #expect(price.retrieved <= today.day, "\(price.version)")
                #expect(price.effectiveFrom >= first, "\(price.version)")
            }
        }
    }

    @Test("images in a prompt cost what its text costs, where the provider says so")
    func images() throws {
        var tokens = TokenUsage(input: 1_000, output: 0)
        tokens.imageInput = 800
        let text = Usage(tokens: TokenUsage(input: 1_000, output: 0))
        let models = [("gpt-4o-mini", "openai"), ("gpt-5.4", "openai"), ("gemini-2.5-pro", "gemini")]
        for (model, provider) in models {
            let charge = try charge(model, Usage(tokens: tokens), provider: provider)
            #expect(charge.cost.exactAmount != nil, "\(model)")
            #expect(try charge.cost == self.charge(model, text, provider: provider).cost, "\(model)")
        }
        #expect(try charge("gpt-3.5-turbo", Usage(tokens: tokens)).cost.exactAmount == nil)
    }

    @Test("every amount is positive; zero is for moderation alone")
    func positive() {
        for model in book.models {
            for price in model.prices {
                let tables =
                    [price.rates, price.offPeak?.rates ?? price.rates] + price.serviceTiers.values
                    + price.contextTiers.flatMap { [$0.rates] + $0.serviceTiers.values }
                for amount in tables.flatMap(\.amounts.values) {
                    #expect(
                        amount > .zero || (amount == .zero && model.mode == "moderation"), "\(price.version)")
                }
                #expect(!price.rates.isEmpty)
            }
        }
    }

    @Test("no name is there twice, and no two prices have one version")
    func unique() {
        let names = book.models.flatMap { model in
            ([model.id] + model.aliases).map { "\(model.provider) \($0)" }
        }
        #expect(Set(names).count == names.count)
        let versions = book.models.flatMap(\.prices).map(\.version)
        #expect(Set(versions).count == versions.count)
        for model in book.models {
            for alias in model.aliases {
                #expect(book.model(named: alias, provider: model.provider)?.id == model.id)
            }
        }
    }

    @Test("a model that talks has a price for both directions, and a media model one for what it makes")
    func complete() {
        for model in book.models {
            for price in model.prices {
                let units = Set(price.rates.amounts.keys.map(\.unit))
                switch model.mode {
                case "chat", "completion", "realtime":
                    #expect(units.isSuperset(of: [.inputToken, .outputToken]), "\(model.id)")
                case "embedding": #expect(units.contains(.inputToken), "\(model.id)")
                case "image":
                    #expect(units.contains(.image) != price.included.contains(.image), "\(model.id)")
                case "video": #expect(units.contains(.videoSecond), "\(model.id)")
                case "audio", "moderation": break
                default: Issue.record("\(model.id) has the mode \(model.mode)")
                }
            }
        }
    }

    @Test(
        "the models that the simulated provider answers as are priced",
        arguments: [
            "gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-5-mini", "gpt-image-1", "gpt-image-2", "sora-2",
            "text-embedding-3-small",
        ])
    func simulated(model: String) {
        #expect(book.price(of: model, provider: "openai", at: today) != nil)
        #expect(book.price(of: model, provider: "simulated", at: today) == nil)
    }

    @Test(
        "chat costs what the provider's page says",
        arguments: [
            ("gpt-4o-mini", Int64(1_000), Int64(500), "0.00045"), ("gpt-4o-mini", 1, 0, "0.00000015"),
            ("gpt-4o", 1_000, 500, "0.0075"), ("gpt-4o-2024-08-06", 1_000_000, 0, "2.5"),
            ("gpt-4o-2024-05-13", 1_000_000, 0, "5"), ("gpt-4.1-mini", 1_000_000, 1_000_000, "2"),
            ("gpt-5-mini", 1_000_000, 1_000_000, "2.25"),
        ] as [(String, Int64, Int64, String)])
    func golden(model: String, input: Int64, output: Int64, usd: String) throws {
        let charge = try charge(model, Usage(tokens: TokenUsage(input: input, output: output)))
        #expect(charge.cost.exactAmount?.text == usd)
    }

    @Test("cached input, tiers and other units cost what the provider's page says")
    func goldenParts() throws {
        var tokens = TokenUsage(input: 1_000_000, output: 100_000)
        tokens.cachedInput = 400_000
        tokens.reasoning = 50_000
        var usage = Usage(tokens: tokens)
        #expect(try charge("gpt-5-mini", usage).cost.exactAmount?.text == "0.36")
        usage.serviceTier = "flex"
        #expect(try charge("gpt-5-mini", usage).cost.exactAmount?.text == "0.18")
        usage.serviceTier = "unheard-of"
        #expect(try charge("gpt-5-mini", usage).cost.exactAmount == nil)

        var claude = TokenUsage(input: 3_000_000, output: 0)
        claude.cacheWrite = 1_000_000
        claude.cacheWriteHour = 1_000_000
        let anthropic = try charge("claude-sonnet-4-5", Usage(tokens: claude), provider: "anthropic")
        #expect(anthropic.cost.exactAmount?.text == "12.75")

        let long = Usage(tokens: TokenUsage(input: 200_001, output: 0))
        #expect(try charge("gemini-2.5-pro", long, provider: "gemini").cost.exactAmount?.text == "0.5000025")

        let embedding = Usage(tokens: TokenUsage(input: 1_000, output: 0))
        #expect(try charge("text-embedding-3-small", embedding).cost.exactAmount?.text == "0.00002")
        let video = Usage(meters: [.init(.videoSecond, variant: "720p", count: 8)])
        #expect(try charge("sora-2", video).cost.exactAmount?.text == "0.8")
        #expect(try charge("omni-moderation-latest", Usage()).cost == .nothing)

        var image = TokenUsage(input: 100, output: 1_000)
        image.imageOutput = 1_000
        let picture = Usage(tokens: image, meters: [.init(.image, variant: "low/1024x1024", count: 1)])
        #expect(try charge("gpt-image-1", picture).cost.exactAmount?.text == "0.0405")
    }

    @Test("a model that is sold by the hour of the day costs less at night")
    func offPeak() throws {
        let usage = Usage(tokens: TokenUsage(input: 1_000_000, output: 0))
        // Sunday, and Monday at 02:00 UTC.
        let sunday = try #require(CalendarDay("2026-11-22")).start
        let night = try #require(book.price(of: "deepseek-v4-flash", provider: "deepseek", at: sunday))
        let day = try #require(
            book.price(of: "deepseek-v4-flash", provider: "deepseek", at: sunday + .seconds(26 * 3_600)))
        #expect(night.charge(for: usage).cost.exactAmount?.text == "0.15")
        #expect(day.charge(for: usage).cost.exactAmount?.text == "0.3")
    }
}
