import PennyweightLedger
import PennyweightTime
import Testing

@Suite("PriceBook")
struct PriceBookTests {
    private func book(_ models: String...) throws -> PriceBook {
        try PriceBook(json: Array(file(models.joined(separator: ",\n")).utf8))
    }

    private func file(_ models: String) -> String {
        "{\n\"schema\":\"pennyweight-prices/1\",\n\"version\":\"v1\",\n\"models\":[\n\(models)\n]\n}\n"
    }

    private func model(
        _ id: String, provider: String = "p", extra: String = "", prices: String = #"["2026-01-01","1"]"#
    ) -> String {
        let prices = prices.replacing("[", with: #"{"effective_from":"#)
            .replacing(#"","#, with: #"","source":"s","retrieved":"2026-01-02","rates":{"input_token":"#)
            .replacing("]", with: "}}")
        return #"{"id":"\#(id)","provider":"\#(provider)","mode":"chat",\#(extra)"prices":[\#(prices)]}"#
    }

    private func time(_ day: String) throws -> Timestamp { try #require(CalendarDay(day)).start }

    @Test("the newest price that is in effect counts, from midnight UTC of its first day")
    func effective() throws {
        let book = try book(
            model("m", prices: #"["2026-03-01","3"],["2026-01-01","1"],["2026-02-01","2"]"#))
        func picos(_ time: Timestamp) -> Int64? {
            book.price(of: "m", provider: "p", at: time)?.rates.amount(of: .inputToken)?.picos
        }
        #expect(picos(try time("2026-01-01") - .nanoseconds(1)) == nil)
        #expect(picos(try time("2026-01-01")) == 1_000_000)
        #expect(picos(try time("2026-02-01") - .nanoseconds(1)) == 1_000_000)
        #expect(picos(try time("2026-02-01")) == 2_000_000)
        #expect(picos(try time("2030-01-01")) == 3_000_000)
    }

    @Test("a price has a stable identity: book, provider, model and first day")
    func version() throws {
        let price = try book(model("m")).price(of: "m", provider: nil, at: try time("2026-11-22"))
        #expect(price?.version == "v1/p/m@2026-01-01")
        #expect(price?.source == "s")
        #expect(price?.retrieved == CalendarDay("2026-01-02"))
    }

    @Test("an alias finds the model; a snapshot that isn't listed is never guessed from its prefix")
    func aliases() throws {
        let book = try book(model("gpt-x", extra: #""aliases":["gpt-x-2026-01-01"],"#))
        let now = try time("2026-11-22")
        #expect(book.price(of: "gpt-x-2026-01-01", provider: "p", at: now) != nil)
        for name in ["gpt-x-2026-02-01", "gpt", "gpt-x-", "GPT-X", "p/gpt-x", ""] {
            #expect(book.price(of: name, provider: nil, at: now) == nil)
        }
    }

    @Test("a provider narrows the search; without one, a name needs one price")
    func providers() throws {
        let book = try book(
            model("m", provider: "a"), model("m", provider: "b", prices: #"["2026-01-01","2"]"#),
            model("same", provider: "a"), model("same", provider: "b"))
        let now = try time("2026-11-22")
        #expect(
            book.price(of: "m", provider: "b", at: now)?.rates.amount(of: .inputToken)?.picos == 2_000_000)
        #expect(book.price(of: "m", provider: "c", at: now) == nil)
        #expect(book.price(of: "m", provider: nil, at: now) == nil)
        #expect(
            book.price(of: "same", provider: nil, at: now)?.rates.amount(of: .inputToken)?.picos == 1_000_000)
        #expect(book.models.map(\.id) == ["m", "m", "same", "same"])
    }

    @Test("limits, tiers, included units and cheaper hours are read")
    func everything() throws {
        let text = #"""
            {"id":"m","provider":"p","mode":"image","input_limit":10,"output_limit":20,"prices":[{
            "effective_from":"2026-01-01","source":"s","retrieved":"2026-01-01",
            "rates":{"input_token":"0.15","image:high/1x1":"0.04"},
            "context_tiers":[{"above_input_tokens":200,"rates":{"input_token":"2"}},
            {"above_input_tokens":100,"rates":{"input_token":"1"},
            "service_tiers":{"flex":{"input_token":"0.5"}}}],
            "service_tiers":{"batch":{"input_token":"0.000001"}},"included":["image"],
            "off_peak":{"windows":[{"weekdays":[7],"hours_utc":["00:30-24:00"]}],
            "rates":{"input_token":"0"}}}]}
            """#
        let model = try #require(try book(text).models.first)
        let price = try #require(model.prices.first)
        #expect(model.inputLimit == 10)
        #expect(price.outputLimit == 20)
        #expect(price.rates.amount(of: .image, variant: "high/1x1")?.text == "0.04")
        #expect(price.contextTiers.map(\.aboveInputTokens) == [100, 200])
        #expect(price.contextTiers[0].serviceTiers["flex"]?.amount(of: .inputToken)?.picos == 500_000)
        #expect(price.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 1)
        #expect(price.included == [.image])
        #expect(price.offPeak?.windows == [.init(weekdays: [7], minutes: 30..<1_440)])
        let sunday = try time("2026-11-22")
        let found = try book(text).price(of: "m", provider: nil, at: sunday + .seconds(3_600))
        #expect(found?.version.hasSuffix("/off-peak") == true)
    }

    @Test(
        "a wrong file is refused with line, model, field and what to do",
        arguments: [
            (#""rates":{"input_token":"1"}"#, #""rates":{"input_tokens":"1"}"#, "input_tokens", "no unit"),
            (#""rates":{"input_token":"1"}"#, #""rates":{"input_token":0.15}"#, "input_token", "as text"),
            (#""rates":{"input_token":"1"}"#, #""rates":{"input_token":"1e-6"}"#, "input_token", "decimal"),
            (#""rates":{"input_token":"1"}"#, #""rates":{"input_token":"-1"}"#, "input_token", "decimal"),
            (
                #""rates":{"input_token":"1"}"#, #""rates":{"input_token":"0.0000001"}"#, "input_token",
                "whole number"
            ),
            (#""rates":{"input_token":"1"}"#, #""rates":{"image:":"1"}"#, "image:", "no unit"),
            (#""rates":{"input_token":"1"}"#, #""rates":{}"#, "rates", "none"),
            (#""rates":{"input_token":"1"}"#, #""rates":[]"#, "rates", "object"),
            (#""rates":{"input_token":"1"}"#, #""rates":{"search":"1","search":"2"}"#, "search", "twice"),
            (#""rates":{"input_token":"1"}"#, #""price":{}"#, "price", "no such member"),
            (#""source":"s","#, "", "source", "missing"),
            (#""source":"s""#, #""source":"""#, "source", "text"),
            ("2026-01-01", "2026-02-30", "effective_from", "day"),
            (#""mode":"chat","#, "", "mode", "missing"),
            (#""mode":"chat","#, #""mode":"chat","output_limit":-1,"#, "output_limit", "whole number"),
            (#""mode":"chat","#, #""mode":"chat","aliases":[1],"#, "aliases", "texts"),
            (#""source":"s","#, #""source":"s","included":["pixel"],"#, "included", "no unit"),
            (
                #""source":"s","#, #""source":"s","context_tiers":[{"rates":{}}],"#, "above_input_tokens",
                "missing"
            ),
            (
                #""source":"s","#,
                #""source":"s","off_peak":{"windows":[{"weekdays":[0],"hours_utc":[]}],"rates":{}},"#,
                "weekdays", "Monday"
            ),
            (
                #""source":"s","#,
                #""source":"s","off_peak":{"windows":[{"weekdays":[1],"hours_utc":["9-24"]}],"rates":{}},"#,
                "hours_utc", "10:00-24:00"
            ),
        ])
    func refused(part: String, wrong: String, field: String, problem: String) {
        let text = file(model("first") + ",\n" + model("m").replacing(part, with: wrong))
        let error = #expect(throws: PriceBookError.self) { try PriceBook(json: Array(text.utf8)) }
        #expect(error?.line == 6)
        #expect(error?.model == "m")
        #expect(error?.field == field)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
        #expect(error?.description.hasPrefix("Price file line 6: 'm', \"\(field)\": ") == true)
    }

    @Test("names are unique within a provider, and so are the first days of a model's prices")
    func duplicates() {
        for models in [
            [model("m"), model("m")], [model("m"), model("n", extra: #""aliases":["m"],"#)],
            [model("n", extra: #""aliases":["n"],"#)],
            [model("m", prices: #"["2026-01-01","1"],["2026-01-01","2"]"#)], [model("m", prices: "")],
        ] {
            let text = file(models.joined(separator: ",\n"))
            #expect(throws: PriceBookError.self) { try PriceBook(json: Array(text.utf8)) }
        }
    }

    @Test("what is no price file at all says so")
    func notAFile() {
        for text in [
            "", "[]", "{}", "{\"schema\":\"other/1\"}", file("").replacing("models", with: "model"),
            "{\"a\":1,}",
        ] {
            #expect(throws: PriceBookError.self) { try PriceBook(json: Array(text.utf8)) }
        }
        let error = #expect(throws: PriceBookError.self) { try PriceBook(json: Array("{\n1}".utf8)) }
        #expect(
            error?.description
                == "Price file line 2: it is not JSON: "
                + "expected a name in double quotes at line 2, column 1 (byte 2)"
        )
    }
}
