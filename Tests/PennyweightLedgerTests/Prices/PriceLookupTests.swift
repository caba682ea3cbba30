import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Looking a price up")
struct PriceLookupTests {
    private func book() throws -> PriceBook {
        try PriceFiles.book(
            PriceFiles.model(
                "gpt-x", aliases: ["gpt-x-latest"], ("2026-01-01", PriceFiles.rates("4", "8")),
                ("2026-06-15", PriceFiles.rates("2", "6"))),
            PriceFiles.model("gpt-x-mini", ("2026-01-01", PriceFiles.rates("1", "2"))),
            PriceFiles.model("gpt-x-2026-05-05", ("2026-05-05", PriceFiles.rates("3", "7"))),
            PriceFiles.model("gpt-x", provider: "azure", ("2026-01-01", PriceFiles.rates("5", "9"))))
    }

    private func input(_ executed: String?, asked: String = "gpt-x", _ day: String = "2026-06-01") throws
        -> String?
    {
        let time = try PriceFiles.time(day)
        return try book().price(ofExecuted: executed, asked: asked, provider: "openai", at: time)?
            .rates.amount(of: .inputToken).map { Unit.inputToken.quoted($0) }
    }

    @Test("the executed model decides, also if it is another than was asked for")
    func executed() throws {
        #expect(try input("gpt-x") == "4")
        #expect(try input("gpt-x-mini") == "1")
        #expect(try input("gpt-x-2026-05-05") == "3")
        #expect(try input("gpt-x-mini", asked: "unknown") == "1")
        #expect(try input("gpt-x-latest") == "4")
        #expect(try input(nil) == "4")
        #expect(try input(nil, asked: "unknown") == nil)
    }

    @Test(
        "a dated snapshot that isn't listed costs what the asked model costs",
        arguments: ["gpt-x-2024-08-06", "gpt-x-0613", "gpt-x-20240806"])
    func snapshot(name: String) throws {
        #expect(try input(name) == "4")
        #expect(try input(name, asked: "gpt-x-mini") == nil)
    }

    @Test(
        "another model's name is never guessed from its prefix",
        arguments: [
            "gpt-x-nano", "gpt-xx", "gpt-x-1", "gpt-x-2024-preview", "gpt-x-", "GPT-X-2024-08-06", "gpt", "",
        ])
    func otherModel(name: String) throws {
        #expect(try input(name) == nil)
    }

    @Test(
        "a listed snapshot whose price begins later has none yet: that of the asked model isn't taken for it")
    func notYet() throws {
        #expect(try input("gpt-x-2026-05-05", "2026-05-04") == nil)
        #expect(try input("gpt-x-2026-05-05", "2026-05-05") == "3")
    }

    @Test(
        "a price that changes in the middle of a period counts from midnight UTC, by when the attempt began")
    func change() throws {
        let book = try book()
        let change = try PriceFiles.time("2026-06-15")
        let usage = Usage(tokens: TokenUsage(input: 1_000_000, output: 0))
        let cost = { (time: Timestamp) in
            book.price(ofExecuted: "gpt-x", asked: "gpt-x", provider: "openai", at: time)?.charge(for: usage)
        }
        #expect(cost(change - .nanoseconds(1))?.cost == .exact(Money(picos: 4_000_000_000_000)))
        #expect(cost(change)?.cost == .exact(Money(picos: 2_000_000_000_000)))
        #expect(cost(try PriceFiles.time("2025-12-31")) == nil)
        let versions = [change - .nanoseconds(1), change].map {
            book.price(of: "gpt-x", provider: "openai", at: $0)?.version
        }
        #expect(versions == ["v1/openai/gpt-x@2026-01-01", "v1/openai/gpt-x@2026-06-15"])
    }

    @Test("the same name costs what the provider that ran it asks")
    func providers() throws {
        let book = try book()
        #expect(try PriceFiles.input(book, "gpt-x", provider: "azure", "2026-06-01") == "5")
        #expect(try PriceFiles.input(book, "gpt-x", provider: nil, "2026-06-01") == nil)
        #expect(try PriceFiles.input(book, "gpt-x", provider: "groq", "2026-06-01") == nil)
        #expect(book.models(named: "gpt-x").map(\.provider) == ["azure", "openai"])
        #expect(book.models(named: "gpt-x", provider: "azure").count == 1)
        #expect(book.models(named: "nothing").isEmpty)
    }
}
