import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Prices of one's own")
struct PriceOverlayTests {
    private func book() throws -> PriceBook {
        try PriceFiles.book(
            PriceFiles.model(
                "big", aliases: ["big-latest"], ("2026-01-01", PriceFiles.rates("4", "8")),
                ("2026-06-01", PriceFiles.rates("2", "6"))),
            PriceFiles.model("small", ("2026-01-01", PriceFiles.rates("1", "2"))))
    }

    private func custom(
        _ id: String, _ day: String = "2026-03-01", _ input: String = "3", provider: String = "openai",
        extra: String = ""
    ) -> String {
        #""models":[{"id":"\#(id)","provider":"\#(provider)","mode":"chat",\#(extra)"prices":[{"effective_from":"\#(day)","#
            + #""rates":{"input_token":"\#(input)","output_token":"9"}}]}]"#
    }

    private func overlaid(_ body: String, name: String = "acme") throws -> PriceBook {
        try book().overlaid(by: PriceFiles.overlay(body, name: name))
    }

    @Test(
        "an absolute price takes the place of the book's from its first day on, whatever the book lists later"
    )
    func absolute() throws {
        let book = try overlaid(custom("big"))
        #expect(try PriceFiles.input(book, "big", "2026-02-28") == "4")
        #expect(try PriceFiles.input(book, "big", "2026-03-01") == "3")
        #expect(try PriceFiles.input(book, "big", "2026-07-01") == "3")
        #expect(try PriceFiles.input(book, "big-latest", "2026-07-01") == "3")
        #expect(try PriceFiles.input(book, "small", "2026-07-01") == "1")
    }

    @Test("what the overlay leaves out is the book's: limits and aliases; what it says is its own")
    func inherited() throws {
        let kept = try #require(try overlaid(custom("big")).model(named: "big", provider: "openai"))
        #expect(kept.outputLimit == 1_000)
        #expect(kept.aliases == ["big-latest"])
        #expect(kept.prices.map(\.outputLimit) == [1_000, 1_000])
        let own = try #require(
            try overlaid(custom("big", extra: #""output_limit":50,"aliases":["huge"],"#))
                .model(named: "huge", provider: "openai"))
        #expect(own.outputLimit == 50)
        #expect(own.prices.last?.outputLimit == 50)
    }

    @Test("a model that the book doesn't have is added, for its provider alone")
    func added() throws {
        let book = try overlaid(custom("in-house", provider: "vllm"))
        #expect(try PriceFiles.input(book, "in-house", provider: "vllm", "2026-03-01") == "3")
        #expect(try PriceFiles.input(book, "in-house", provider: "openai", "2026-03-01") == nil)
        #expect(try PriceFiles.input(book, "in-house", provider: "vllm", "2026-02-28") == nil)
        #expect(book.models.count == 3)
    }

    @Test("a price for an alias is that name's alone; the model keeps its other names")
    func alias() throws {
        let book = try overlaid(custom("big-latest"))
        #expect(try PriceFiles.input(book, "big-latest", "2026-03-01") == "3")
        #expect(try PriceFiles.input(book, "big", "2026-03-01") == "4")
    }

    @Test("a version tells an overlaid price from a shipped one, and which overlay it was")
    func versions() throws {
        let overlay = try PriceFiles.overlay(custom("big"))
        let book = try book().overlaid(by: overlay)
        let time = try PriceFiles.time("2026-07-01")
        #expect(overlay.version.hasPrefix("acme-") && overlay.version.count == 5 + 16)
        #expect(book.version == "v1+\(overlay.version)")
        #expect(
            book.price(of: "big", provider: "openai", at: time)?.version
                == "v1+\(overlay.version)/openai/big@2026-03-01")
        #expect(
            book.price(of: "small", provider: "openai", at: time)?.version == "v1/openai/small@2026-01-01")
        let before = book.price(of: "big", provider: "openai", at: try PriceFiles.time("2026-02-01"))
        #expect(before?.version == "v1/openai/big@2026-01-01")
        #expect(book.price(of: "big", provider: "openai", at: time)?.source == "overlay acme")
    }

    @Test("two overlays that differ anywhere never share a version")
    func digests() throws {
        let bodies = [
            custom("big"), custom("big", "2026-03-02"), custom("big", "2026-03-01", "3.000001"),
            custom("small"),
            custom("big") + " ",
        ]
        let versions = try bodies.map { try PriceFiles.overlay($0).version }
        #expect(Set(versions).count == versions.count)
        #expect(try PriceFiles.overlay(custom("big")).version == versions[0])
    }

    @Test("overlays can be laid over each other")
    func twice() throws {
        let first = try overlaid(custom("big"), name: "first")
        let second = try first.overlaid(
            by: PriceFiles.overlay(custom("big", "2026-08-01", "5"), name: "second"))
        #expect(try PriceFiles.input(second, "big", "2026-07-01") == "3")
        #expect(try PriceFiles.input(second, "big", "2026-08-01") == "5")
        #expect(second.version.contains("+first-") && second.version.contains("+second-"))
    }

    @Test("a name that would belong to two models is refused")
    func names() throws {
        let error = #expect(throws: PriceBookError.self) {
            try overlaid(custom("new", extra: #""aliases":["small"],"#))
        }
        #expect(error?.line == 3)
        #expect(error?.field == "aliases")
        #expect(error?.problem.contains("'small'") == true)
    }

    @Test(
        "a wrong overlay is refused with line, model, field and what to do",
        arguments: [
            (#""models":[{"id":"m","provider":"p","prices":[]}]"#, "prices", "none"),
            (
                #""models":[{"id":"m","provider":"p","prices":[{"effective_from":"2026-01-01","rates":{"search":"1"}}]}]"#,
                "mode", "missing"
            ),
            (#""models":[{"id":"m","provider":"p","mode":"chat","prices":[]}]"#, "prices", "none"),
            (
                #""models":[{"id":"m","provider":"p","mode":"chat","prices":[{"rates":{"search":"1"}}]}]"#,
                "effective_from",
                "missing"
            ),
            (
                #""models":[{"id":"m","provider":"p","mode":"chat","prices":[{"effective_from":"2026-01-01","rates":{"search":0.1}}]}]"#,
                "search", "as text"
            ),
            (
                #""models":[{"id":"m","provider":"p","mode":"chat","prices":[{"effective_from":"2026-01-01","rates":{"input_token":"0.0000001"}}]}]"#,
                "input_token", "whole number"
            ),
            (#""discount":[]"#, "discount", "no such member"), (#""discounts":{}"#, "discounts", "array"),
            (#""discounts":[{"pays":"0.85","off":"15%"}]"#, "off", "no such member"),
            (#""discounts":[{"provider":"openai"}]"#, "pays", "missing"),
            (#""discounts":[{"pays":"15%"}]"#, "pays", "85/100"),
            (#""discounts":[{"pays":0.85}]"#, "pays", "text"),
            (#""discounts":[{"pays":"0/1"}]"#, "pays", "85/100"),
            (#""discounts":[{"pays":"1/2","effective_from":"today"}]"#, "effective_from", "day"),
        ])
    func refused(body: String, field: String, problem: String) {
        let error = #expect(throws: PriceBookError.self) { try PriceFiles.overlay(body) }
        #expect(error?.line == 3)
        #expect(error?.field == field)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
        if body.contains("models") { #expect(error?.model == "m") }
    }

    @Test(
        "what is no overlay says so",
        arguments: ["", "[]", "{}", "{\"schema\":\"pennyweight-prices/1\"}", "{\"a\":1,}"])
    func notAnOverlay(text: String) {
        #expect(throws: PriceBookError.self) { try PriceOverlay(json: Array(text.utf8)) }
    }

    @Test("a name that a version can't hold is refused", arguments: ["", "a b", "a/b", "ä", "a+b"])
    func badName(name: String) {
        let error = #expect(throws: PriceBookError.self) {
            try PriceFiles.overlay("\"models\":[]", name: name)
        }
        #expect(error?.field == "name")
    }

    @Test("an empty overlay changes no price")
    func empty() throws {
        let book = try overlaid("\"models\":[]")
        #expect(book.models == (try self.book().models))
    }
}

@Suite("The documentation of prices")
struct PriceDocumentationTests {
    @Test("the overlay of the documentation can be laid over the shipped book")
    func example() throws {
        let overlay = try PriceOverlay(json: Array(PriceDocumentationTests.example.utf8))
        let book = try PriceBook.shipped().overlaid(by: overlay)
        #expect(try PriceFiles.input(book, "gpt-4o", "2026-11-22") == "2")
        #expect(try PriceFiles.input(book, "gpt-4o-mini", "2026-11-22") == "0.1275")
        #expect(try PriceFiles.input(book, "in-house-7b", "2026-11-22") == "0.05")
    }

    /// As it stands in `Prices.md`.
    private static let example = """
        {
          "schema": "pennyweight-price-overlay/1",
          "name": "acme",
          "discounts": [
            {"provider": "openai", "pays": "85/100", "effective_from": "2026-01-01"},
            {"provider": "openai", "model": "gpt-4o", "pays": "8/10"}
          ],
          "models": [
            {"id": "in-house-7b", "provider": "openai", "mode": "chat", "prices": [
              {"effective_from": "2026-01-01", "rates": {"input_token": "0.05", "output_token": "0.10"}}
            ]}
          ]
        }
        """
}
