import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Writing price files")
struct PriceFileWriterTests {
    @Test("every shipped model is written and read back as it was")
    func shipped() throws {
        let book = try PriceBook.shipped()
        let read = try PriceOverlay(json: Array(PriceOverlay.text(name: "copy", models: book.models).utf8))
        #expect(read.models.count == book.models.count)
        for (model, copy) in zip(book.models, read.models) {
            #expect(copy.id == model.id && copy.provider == model.provider && copy.aliases == model.aliases)
            #expect(copy.mode == model.mode && copy.inputLimit == model.inputLimit)
            for (price, other) in zip(model.prices, copy.prices) {
                #expect(
                    other.tariff.rates == price.tariff.rates
                        && other.tariff.serviceTiers == price.serviceTiers)
                #expect(other.contextTiers == price.contextTiers && other.included == price.included)
                #expect(other.effectiveFrom == price.effectiveFrom && other.source == price.source)
                #expect(other.retrieved == price.retrieved && other.outputLimit == price.outputLimit)
                #expect(other.offPeak?.rates == price.offPeak?.rates)
                #expect(hours(other) == hours(price))
            }
        }
    }

    /// Which hours of two weeks are cheaper: windows may be cut in another way.
    private func hours(_ price: Price) -> [Bool] {
        (0..<24 * 14).map { hour in
            price.offPeak?.contains(Timestamp(nanoseconds: Int64(hour) * 3_600_000_000_000)) ?? false
        }
    }

    @Test("regions, discounts and quoted names are written and read back")
    func everything() throws {
        let body =
            #""discounts":[{"provider":"openai","model":"m","pays":"85/100","effective_from":"2026-01-01"},"#
            + #"{"pays":"9/10"}],"models":[{"id":"a \"quoted\" name","provider":"p","mode":"chat","prices":["#
            + #"{"effective_from":"2026-01-01","rates":{"input_token":"0.000001","image:high/1x1":"0.04"},"#
            + #""regions":{"eu":{"rates":{"search":"0.000000000001"},"service_tiers":{"flex":{"search":"1"}}}},"#
            + #""included":["image","request"]}]}]"#
        let overlay = try PriceFiles.overlay(body)
        let text = PriceOverlay.text(name: "acme", discounts: overlay.discounts, models: overlay.models)
        let copy = try PriceOverlay(json: Array(text.utf8))
        #expect(
            copy.models.map(\.prices).map { $0.map(\.tariff) }
                == overlay.models.map(\.prices).map { $0.map(\.tariff) })
        #expect(copy.models.first?.prices.first?.regions == overlay.models.first?.prices.first?.regions)
        #expect(copy.models.first?.id == "a \"quoted\" name")
        #expect(copy.models.first?.prices.first?.included == [.image, .request])
        #expect(copy.discounts.map(\.pays) == overlay.discounts.map(\.pays))
        #expect(copy.discounts.map(\.effectiveFrom) == overlay.discounts.map(\.effectiveFrom))
        #expect(copy.discounts.map(\.model) == ["m", nil])
        #expect(PriceOverlay.text(name: "acme", discounts: copy.discounts, models: copy.models) == text)
    }

    @Test("rates are written in the order of the units, and quoted for a million tokens or one of all else")
    func rates() {
        let price = PriceFixture.price([
            .init(.search): 10_000_000_000, .init(.outputToken): 600_000, .init(.inputToken): 150_000,
            .init(.image, variant: "low"): 1, .init(.image, variant: "high"): 2,
        ])
        #expect(
            price.rates.sorted.map(\.key.name) == [
                "input_token", "output_token", "image:high", "image:low", "search",
            ])
        #expect(Unit.inputToken.quoted(Money(picos: 150_000)) == "0.15")
        #expect(Unit.search.quoted(Money(picos: 10_000_000_000)) == "0.01")
        #expect(Unit.inputToken.quoteSize == 1_000_000)
        #expect(Unit.image.quoteSize == 1)
        let model = PricedModel(id: "m", provider: "p", mode: "chat", prices: [price])
        #expect(
            model.json.contains(
                #""rates":{"input_token":"0.15","output_token":"0.6","image:high":"0.000000000002","#))
    }
}
