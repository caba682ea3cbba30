import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Regions")
struct PriceRegionTests {
    private let tables =
        PriceFiles.rates("4", "8")
        + #","service_tiers":{"batch":{"input_token":"2","output_token":"4"}},"regions":{"#
        + #""eu":{"rates":{"input_token":"4.4","output_token":"8.8"},"#
        + #""service_tiers":{"batch":{"input_token":"2.2","output_token":"4.4"}},"#
        + #""context_tiers":[{"above_input_tokens":10,"rates":{"input_token":"6.6","output_token":"9.9"}}]},"#
        + #""us":{"rates":{"input_token":"4.4","output_token":"8.8"}}}"#

    private func book() throws -> PriceBook {
        try PriceFiles.book(
            PriceFiles.model("m", ("2026-01-01", tables)),
            PriceFiles.model("flat", ("2026-01-01", PriceFiles.rates("1", "2"))))
    }

    private func cost(_ region: String?, _ input: Int64, tier: String? = nil) throws -> Int64? {
        var usage = Usage(tokens: TokenUsage(input: input, output: 0))
        usage.serviceTier = tier
        let time = try PriceFiles.time("2026-02-01")
        return try book().price(of: "m", provider: "openai", region: region, at: time)?
            .charge(for: usage).cost.exactAmount?.picos
    }

    @Test("a region has tables of its own, for service tiers and long prompts, too")
    func ownTables() throws {
        #expect(try cost(nil, 10) == 40_000_000)
        #expect(try cost("eu", 10) == 44_000_000)
        #expect(try cost("eu", 11) == 72_600_000)
        #expect(try cost("eu", 10, tier: "batch") == 22_000_000)
        #expect(try cost(nil, 10, tier: "batch") == 20_000_000)
    }

    @Test("a region takes nothing from the base: a tier that it doesn't list is unknown")
    func nothingInherited() throws {
        #expect(try cost("us", 10) == 44_000_000)
        #expect(try cost("us", 10, tier: "batch") == nil)
        #expect(try cost("us", 11) == 48_400_000)
    }

    @Test("a region that a price with regions doesn't list has no price; one without regions holds in all")
    func notListed() throws {
        let (book, time) = (try book(), try PriceFiles.time("2026-02-01"))
        #expect(book.price(of: "m", provider: "openai", region: "ap", at: time) == nil)
        #expect(book.price(of: "m", provider: "openai", region: "EU", at: time) == nil)
        #expect(book.price(of: "flat", provider: "openai", region: "ap", at: time) != nil)
        let other = book.price(
            ofExecuted: "m-2026-01-02", asked: "m", provider: "openai", region: "ap", at: time)
        #expect(other == nil)
    }

    @Test("a ledger line can tell a regional price from the base")
    func version() throws {
        let (book, time) = (try book(), try PriceFiles.time("2026-02-01"))
        let versions = [nil, "eu", "us"].map {
            book.price(of: "m", provider: "openai", region: $0, at: time)?.version
        }
        #expect(
            versions == ["v1/openai/m@2026-01-01", "v1/openai/m@2026-01-01/eu", "v1/openai/m@2026-01-01/us"])
        #expect(
            book.price(of: "flat", provider: "openai", region: "eu", at: time)?.version.hasSuffix("01")
                == true)
    }

    @Test("the most that a call can cost is that of its region")
    func upperBound() throws {
        let (book, time) = (try book(), try PriceFiles.time("2026-02-01"))
        let bounds = [nil, "eu", "us"].map {
            book.price(of: "m", provider: "openai", region: $0, at: time)?
                .upperBound(inputTokens: 100, outputTokens: 10, meters: [])?.picos
        }
        #expect(bounds == [480_000_000, 660_000_000 + 99_000_000, 528_000_000])
    }

    @Test("cheaper hours of a region are its own")
    func offPeak() throws {
        let hours =
            #""off_peak":{"windows":[{"weekdays":[1,2,3,4,5,6,7],"hours_utc":["00:00-12:00"]}],"rates":{"#
        let tables =
            PriceFiles.rates("4", "8") + #","regions":{"eu":{"rates":{"input_token":"5","output_token":"9"},"#
            + hours + #""input_token":"1","output_token":"2"}}}}"#
        let book = try PriceFiles.book(PriceFiles.model("m", ("2026-01-01", tables)))
        #expect(try PriceFiles.input(book, "m", "2026-02-01") == "4")
        #expect(try PriceFiles.input(book, "m", region: "eu", "2026-02-01") == "1")
        let noon = try PriceFiles.time("2026-02-01") + .seconds(12 * 3_600)
        let price = book.price(of: "m", provider: "openai", region: "eu", at: noon)
        #expect(price?.rates.amount(of: .inputToken)?.picos == 5_000_000)
        let night = book.price(
            of: "m", provider: "openai", region: "eu", at: try PriceFiles.time("2026-02-01"))
        #expect(night?.version == "v1/openai/m@2026-01-01/eu/off-peak")
    }

    @Test(
        "a wrong region is refused with its field",
        arguments: [
            (#""regions":[]"#, "regions"), (#""regions":{"eu":{}}"#, "rates"),
            (#""regions":{"eu":{"rates":{}}}"#, "rates"),
            (#""regions":{"":{"rates":{"search":"1"}}}"#, ""), (#""regions":{"eu":{"rate":{}}}"#, "rate"),
            (#""regions":{"eu":{"rates":{"search":"1"},"included":[]}}"#, "included"),
        ])
    func refused(part: String, field: String) {
        let error = #expect(throws: PriceBookError.self) {
            try PriceFiles.book(
                PriceFiles.model("m", ("2026-01-01", PriceFiles.rates("1", "2") + "," + part)))
        }
        #expect(error?.field == field)
        #expect(error?.model == "m")
    }

    @Test("models that differ in a region only don't cost the same")
    func sameCost() throws {
        let book = try PriceFiles.book(
            PriceFiles.model("m", provider: "a", ("2026-01-01", tables)),
            PriceFiles.model("m", provider: "b", ("2026-01-01", PriceFiles.rates("4", "8"))))
        #expect(book.model(named: "m", provider: nil) == nil)
    }
}
