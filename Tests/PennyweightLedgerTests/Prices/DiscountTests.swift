import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Discounts")
struct DiscountTests {
    private func book() throws -> PriceBook {
        try PriceFiles.book(
            PriceFiles.model(
                "big", aliases: ["big-latest"], ("2026-01-01", PriceFiles.rates("4", "8")),
                ("2026-06-01", PriceFiles.rates("2", "6"))),
            PriceFiles.model("small", ("2026-01-01", PriceFiles.rates("1", "2"))),
            PriceFiles.model("big", provider: "azure", ("2026-01-01", PriceFiles.rates("5", "10"))))
    }

    private func overlaid(_ discounts: String...) throws -> PriceBook {
        let body = "\"discounts\":[\n\(discounts.joined(separator: ",\n"))]"
        return try book().overlaid(by: PriceFiles.overlay(body))
    }

    @Test("what is paid is a part of every price of the book, to the pico-dollar")
    func all() throws {
        let book = try overlaid(#"{"pays":"85/100"}"#)
        #expect(try PriceFiles.input(book, "big", "2026-02-01") == "3.4")
        #expect(try PriceFiles.input(book, "big", "2026-06-01") == "1.7")
        #expect(try PriceFiles.input(book, "big-latest", "2026-06-01") == "1.7")
        #expect(try PriceFiles.input(book, "small", "2026-02-01") == "0.85")
        #expect(try PriceFiles.input(book, "big", provider: "azure", "2026-02-01") == "4.25")
        let price = book.price(of: "big", provider: "openai", at: try PriceFiles.time("2026-06-02"))
        #expect(price?.source == "s × 85/100")
        #expect(price?.version.hasPrefix("v1+acme-") == true)
        #expect(price?.version.hasSuffix("/openai/big@2026-06-01") == true)
        #expect(price?.outputLimit == 1_000)
    }

    @Test("the most exact discount counts alone: they don't add up")
    func exactness() throws {
        let book = try overlaid(
            #"{"pays":"9/10"}"#, #"{"provider":"openai","pays":"8/10"}"#, #"{"model":"big","pays":"7/10"}"#,
            #"{"provider":"openai","model":"big","pays":"6/10"}"#)
        #expect(try PriceFiles.input(book, "big", "2026-02-01") == "2.4")
        #expect(try PriceFiles.input(book, "small", "2026-02-01") == "0.8")
        #expect(try PriceFiles.input(book, "big", provider: "azure", "2026-02-01") == "3.5")
    }

    @Test("a discount begins on its day, in the middle of a price, and another ends it")
    func days() throws {
        let book = try overlaid(
            #"{"pays":"1/2","effective_from":"2026-03-01"}"#, #"{"pays":"1/1","effective_from":"2026-07-01"}"#
        )
        let days = ["2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01"]
        #expect(try days.map { try PriceFiles.input(book, "big", $0) } == ["4", "2", "2", "1", "1", "2"])
        let versions = try days.map {
            book.price(of: "big", provider: "openai", at: try PriceFiles.time($0))?.version.split(
                separator: "@"
            ).last
        }
        #expect(
            versions == ["2026-01-01", "2026-03-01", "2026-03-01", "2026-06-01", "2026-06-01", "2026-07-01"])
    }

    @Test("a dated discount takes over from one that has always held")
    func takesOver() throws {
        let book = try overlaid(#"{"pays":"1/2"}"#, #"{"pays":"1/4","effective_from":"2026-03-01"}"#)
        #expect(try PriceFiles.input(book, "big", "2026-02-01") == "2")
        #expect(try PriceFiles.input(book, "big", "2026-03-01") == "1")
    }

    @Test("a discount that began before a model's first price holds from that on")
    func early() throws {
        let book = try overlaid(#"{"pays":"1/2","effective_from":"2020-01-01"}"#)
        #expect(try PriceFiles.input(book, "big", "2025-12-31") == nil)
        #expect(try PriceFiles.input(book, "big", "2026-01-01") == "2")
    }

    @Test(
        "every table is reduced: tiers, long prompts, regions, hours; more than the list price is a ratio, too"
    )
    func tables() throws {
        let tables =
            PriceFiles.rates("4", "8") + #","service_tiers":{"batch":{"input_token":"2"}},"#
            + #""context_tiers":[{"above_input_tokens":10,"rates":{"input_token":"6"},"#
            + #""service_tiers":{"batch":{"input_token":"3"}}}],"#
            + #""off_peak":{"windows":[{"weekdays":[1],"hours_utc":["00:00-01:00"]}],"rates":{"input_token":"1"}},"#
            + #""regions":{"eu":{"rates":{"input_token":"5"}}}"#
        let book = try PriceFiles.book(PriceFiles.model("m", ("2026-01-01", tables)))
            .overlaid(by: PriceFiles.overlay(#""discounts":[{"pays":"11/10"}]"#))
        let price = try #require(book.models.first?.prices.first)
        let inputs = (price.tariff.tables + (price.regions["eu"]?.tables ?? [])).map {
            $0.rates.amount(of: .inputToken)?.picos
        }
        #expect(inputs == [4_400_000, 2_200_000, 6_600_000, 3_300_000, 1_100_000, 5_500_000])
        #expect(price.offPeak?.windows.count == 1)
    }

    @Test("a part that isn't exact is refused with the rate, its model and what to do; nothing is rounded")
    func inexact() throws {
        let error = #expect(throws: PriceBookError.self) { try overlaid(#"{"model":"small","pays":"1/3"}"#) }
        #expect(error?.line == 4)
        #expect(error?.model == "small")
        #expect(error?.field == "input_token")
        #expect(error?.problem.contains("1/3 of $0.000001") == true)
        #expect(error?.problem.contains("give this model a price of its own") == true)
    }

    @Test("where calls aren't made, a part that isn't exact leaves the region without a price")
    func inexactRegion() throws {
        let tables =
            PriceFiles.rates("4", "8") + #","regions":{"eu":{"rates":{"input_token":"0.000001"}},"#
            + #""us":{"rates":{"input_token":"5"}}}"#
        let book = try PriceFiles.book(PriceFiles.model("m", ("2026-01-01", tables)))
        let overlay = try PriceFiles.overlay(#""discounts":[{"pays":"85/100"}]"#)
        let reduced = try book.overlaid(by: overlay, region: "us")
        #expect(try PriceFiles.input(reduced, "m", region: "us", "2026-02-01") == "4.25")
        #expect(try PriceFiles.input(reduced, "m", "2026-02-01") == "3.4")
        #expect(try PriceFiles.input(reduced, "m", region: "eu", "2026-02-01") == nil)
        let error = #expect(throws: PriceBookError.self) { try book.overlaid(by: overlay, region: "eu") }
        #expect(error?.field == "input_token")
    }

    @Test("a model's own price isn't reduced")
    func ownPrice() throws {
        let body =
            #""discounts":[{"pays":"1/2"}],"models":[{"id":"big","provider":"openai","mode":"chat","prices":"#
            + #"[{"effective_from":"2026-03-01","rates":{"input_token":"3"}}]}]"#
        let book = try book().overlaid(by: PriceFiles.overlay(body))
        #expect(try PriceFiles.input(book, "big", "2026-02-28") == "2")
        #expect(try PriceFiles.input(book, "big", "2026-03-01") == "3")
        #expect(try PriceFiles.input(book, "small", "2026-03-01") == "0.5")
    }

    @Test(
        "a discount for what the book doesn't have is refused, because a misspelt one reduces nothing",
        arguments: [
            (#"{"provider":"opnai","pays":"1/2"}"#, "provider"), (#"{"model":"bigg","pays":"1/2"}"#, "model"),
            (#"{"provider":"azure","model":"small","pays":"1/2"}"#, "model"),
        ])
    func unknown(discount: String, field: String) {
        let error = #expect(throws: PriceBookError.self) { try overlaid(discount) }
        #expect(error?.field == field)
        #expect(error?.line == 4)
    }

    @Test("two discounts for the same from the same day contradict each other")
    func contradiction() {
        #expect(throws: PriceBookError.self) { try overlaid(#"{"pays":"1/2"}"#, #"{"pays":"1/4"}"#) }
        #expect(throws: PriceBookError.self) {
            try overlaid(#"{"model":"big","pays":"1/2"}"#, #"{"model":"big","pays":"1/2"}"#)
        }
    }

    @Test(
        "the shipped book takes the usual discounts", arguments: ["85/100", "9/10", "1/2", "95/100", "1.1"])
    func shipped(pays: String) throws {
        let overlay = try PriceFiles.overlay(#""discounts":[{"provider":"openai","pays":"\#(pays)"}]"#)
        let (list, own) = (try PriceBook.shipped(), try PriceBook.shipped().overlaid(by: overlay))
        let time = try PriceFiles.time("2026-11-22")
        let ratio = try #require(Ratio(pays))
        for (model, reduced) in zip(list.models, own.models) {
            #expect(model.id == reduced.id)
            guard model.provider == "openai",
                let before = list.price(of: model.id, provider: "openai", at: time),
                let after = own.price(of: model.id, provider: "openai", at: time)
            else {
                #expect(model.prices == reduced.prices)
                continue
            }
            for (key, amount) in before.rates.amounts {
                #expect(after.rates.amounts[key] == ratio.of(amount), "\(model.id) \(key.name)")
            }
        }
    }
}
