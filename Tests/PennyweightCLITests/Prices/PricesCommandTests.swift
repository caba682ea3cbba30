#if Gateway
import ArgumentParser
import Foundation
import PennyweightGateway
import PennyweightJSON
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("pennyweight prices")
struct PricesCommandTests {
    private let time = PriceSample.day.start

    private func show(_ arguments: String...) throws -> [(sheet: PriceSheet, rows: [PriceRow])] {
        let command = try PricesShowCommand.parse(arguments)
        return try command.sheets(in: PriceSample.book(), at: command.at?.start ?? time)
    }

    @Test("a list shows what models cost, by the million where it is tokens")
    func list() throws {
        let lines = PriceList(try PriceSample.book(), at: time).lines
        #expect(lines.count == 5)
        #expect(lines[0].split(separator: " ").prefix(3) == ["model", "provider", "mode"])
        let chatty = try #require(lines.first { $0.contains("openai") })
        for part in ["$0.15", "$0.075", "$0.6", "search $0.01", "batch", "@eu", "2026-01-01"] {
            #expect(chatty.contains(part), "\(chatty)")
        }
        #expect(lines.first { $0.contains("painter") }?.contains("image:high $0.04 +1") == true)
        #expect(lines.last == "3 models, prices of version v1.")
    }

    @Test("a list is narrowed by provider, mode and text, and shows one day")
    func narrowed() throws {
        let book = try PriceSample.book()
        let names = { (list: PriceList) in list.models.map { "\($0.model.provider)/\($0.model.id)" } }
        #expect(names(PriceList(book, provider: "azure", at: time)) == ["azure/chatty"])
        #expect(names(PriceList(book, mode: "image", at: time)) == ["fal/painter"])
        #expect(names(PriceList(book, filter: "LATEST", at: time)) == ["openai/chatty"])
        #expect(PriceList(book, filter: "nothing", at: time).lines == ["No model matches."])
        let late = PriceList(book, provider: "openai", at: try #require(CalendarDay("2026-09-01")).start)
        #expect(late.models.first?.price.rates.amount(of: .inputToken)?.picos == 100_000)
        #expect(names(PriceList(book, at: try #require(CalendarDay("2025-01-01")).start)).isEmpty)
    }

    @Test("a list as JSON is models as a price file has them")
    func listJSON() throws {
        let json = try JSONDocument(PriceList(try PriceSample.book(), provider: "openai", at: time).json).root
        #expect(json["version"]?.string == "v1")
        let model = try #require(json["models"]?.elements.first)
        #expect(model["id"]?.string == "chatty")
        #expect(model["prices"]?.elements.count == 1)
        #expect(model["prices"]?.elements.first?["rates"]?["input_token"]?.string == "0.15")
    }

    @Test("show has every rate of a model, of each provider that has it")
    func showAll() throws {
        let sheets = try show("chatty")
        #expect(sheets.map(\.sheet.model.provider) == ["azure", "openai"])
        let rows = sheets[1].rows
        #expect(rows.count == 4 + 2 + 2 + 2 + 2 + 2)
        #expect(
            Set(rows.map(\.place)) == [
                "-", "batch", "priority", "context>200000", "context>200000 batch", "eu",
            ])
        let text = sheets[1].sheet.lines(rows).joined(separator: "\n")
        for part in [
            "v1/openai/chatty@2026-01-01", "chatty-latest", "prompt 128000, answer 4096", "$0.15 / 1M",
            "$0.01",
            "prices from 2026-09-01",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(
        "show narrows by tier and region",
        arguments: [
            (["--tier", "batch"], ["batch", "context>200000 batch"]),
            (["--tier", "default"], ["-", "context>200000"]),
            (["--tier", "fast"], ["priority"]), (["--region", "eu"], ["-"]),
            (["--tier", "priority"], ["priority"]),
        ])
    func showNarrowed(flags: [String], places: [String]) throws {
        let command = try PricesShowCommand.parse(["chatty", "--provider", "openai"] + flags)
        let sheets = try command.sheets(in: PriceSample.book(), at: time)
        #expect(Set(sheets[0].rows.map(\.place)) == Set(places))
    }

    @Test("a regional price is shown with its own version and rates")
    func showRegion() throws {
        let sheet = try #require(try show("chatty", "--provider", "openai", "--region", "eu").first)
        #expect(sheet.sheet.lines(sheet.rows).joined().contains("@2026-01-01/eu"))
        #expect(sheet.rows.first?.amount.picos == 165_000)
    }

    @Test("show finds aliases and days")
    func showAlias() throws {
        #expect(try show("chatty-latest").first?.sheet.model.id == "chatty")
        let late = try show("chatty", "--provider", "openai", "--at", "2026-12-01")
        #expect(late.first?.rows.first?.amount.picos == 100_000)
    }

    @Test(
        "what there isn't is said, with what there is",
        arguments: [
            (["chat"], "chatty (azure), chatty (openai)"), (["zzz"], "prices list"),
            (["chatty", "--provider", "groq"], "of 'groq'"),
            (["chatty", "--at", "2025-01-01"], "begins on 2026-01-01"),
            (["chatty", "--provider", "openai", "--region", "ap"], "it has one in eu"),
            (["chatty", "--provider", "openai", "--tier", "flex"], "it has batch, priority"),
            (["chatty", "--provider", "azure", "--tier", "batch"], "none but the default"),
        ])
    func showMissing(arguments: [String], part: String) throws {
        let command = try PricesShowCommand.parse(arguments)
        let error = #expect(throws: ValidationError.self) {
            try command.sheets(in: PriceSample.book(), at: command.at?.start ?? time)
        }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test("show as JSON has exact text, and says what a price is for")
    func showJSON() throws {
        let sheet = try #require(try show("painter").first)
        let json = try JSONDocument(sheet.sheet.json(sheet.rows).bytes).root
        #expect(json["version"]?.string == "v1/fal/painter@2026-01-01")
        let rate = try #require(json["rates"]?.elements.first)
        #expect(rate["rate"]?.string == "image:high")
        #expect(rate["usd"]?.string == "0.04")
        #expect(rate["per"]?.integer == 1)
        #expect(rate["region"]?.isNull == true)
    }

    private func difference(_ text: String, _ flags: String...) async throws -> PriceDifference {
        try await PriceSample.withFile(text) { path in
            try PricesDiffCommand.parse([path] + flags).difference(from: PriceSample.book(), now: time)
        }
    }

    @Test("diff shows what changes, what is new and what is gone, rate by rate")
    func diff() async throws {
        let changes = try await difference(PriceSample.overlay("0.12")).changes
        let base = changes.filter { $0.row.place == "-" }
        #expect(base.map(\.row.key.name) == ["input_token", "cached_input_token", "search", "request"])
        #expect(base.map(\.before?.picos) == [150_000, 75_000, 10_000_000_000, nil])
        #expect(base.map(\.after?.picos) == [120_000, nil, nil, 1_000_000_000])
        #expect(changes.allSatisfy { $0.provider == "openai" && $0.model == "chatty" })
        let lines = try await difference(PriceSample.overlay("0.12")).lines
        #expect(lines.last == "\(changes.count) rates of 1 models change.")
        #expect(lines.contains { $0.contains("$0.15 / 1M") && $0.contains("$0.12 / 1M") })
    }

    @Test("diff compares at one time: what begins later changes nothing yet")
    func diffLater() async throws {
        #expect(try await difference(PriceSample.overlay("0.12"), "--at", "2026-01-31").changes.isEmpty)
        #expect(
            try await difference(PriceSample.overlay("0.12"), "--at", "2026-01-31").lines == [
                "No price changes."
            ])
    }

    @Test("diff takes a whole book for what it is: models may be gone")
    func diffBook() async throws {
        let text =
            #"{"schema":"pennyweight-prices/1","version":"v2","models":[{"id":"painter","provider":"fal","mode":"image","#
            + #""prices":[{"effective_from":"2026-01-01","source":"s","retrieved":"2026-01-01","rates":{"image:high":"0.05","#
            + #""image:low":"0.01"}}]}]}"#
        let changes = try await difference(text).changes
        #expect(changes.contains { $0.model == "chatty" && $0.after == nil })
        #expect(changes.filter { $0.model == "painter" }.map(\.after?.text) == ["0.05"])
        let only = try await difference(text, "--provider", "fal").changes
        #expect(only.map(\.model) == ["painter"])
    }

    @Test("diff reads CSV, and prints JSON")
    func diffCSV() async throws {
        let csv = "provider,model,unit,usd\nazure,chatty,input_token,0.25\nazure,chatty,output_token,0.7\n"
        let json = try JSONDocument(try await difference(csv, "--input", "csv").json).root
        let change = try #require(json["changes"]?.elements.first)
        #expect(json["changes"]?.elements.count == 1)
        #expect(change["before_usd"]?.string == "0.2")
        #expect(change["after_usd"]?.string == "0.25")
        #expect(change["per"]?.integer == 1_000_000)
    }

    private func importing(_ text: String, _ flags: String...) async throws -> (
        text: String?, report: [String]
    ) {
        try await PriceSample.withFile(text) { path in
            try PricesImportCommand.parse([path] + flags).overlay(today: PriceSample.day)
        }
    }

    private let table =
        #"{"m":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"#
        + #""cache_read_input_token_cost":1e-13,"odd_cost":1}}"#

    @Test("import ends at a figure that isn't exact, and lists it")
    func importInexact() async throws {
        let result = try await importing(table, "--format", "litellm")
        #expect(result.text == nil)
        #expect(
            result.report.contains { $0.hasPrefix("not exact: openai/m, \"cache_read_input_token_cost\"") })
        #expect(result.report.last?.contains("--skip-inexact") == true)
    }

    @Test("import with --skip-inexact leaves it out, lists it, and writes an overlay that can be read")
    func importSkipping() async throws {
        let result = try await importing(table, "--format", "litellm", "--skip-inexact", "--name", "lite")
        let overlay = try PriceOverlay(json: Array(try #require(result.text).utf8))
        #expect(overlay.name == "lite")
        #expect(overlay.models.first?.prices.first?.rates.amounts.count == 2)
        #expect(result.report.filter { $0.hasPrefix("not taken: ") }.count == 2)
        #expect(result.report.last == "1 models taken, 2 figures or models not.")
    }

    @Test("import keeps an overlay's discounts, a book's days, and takes another first day for what has none")
    func importOurs() async throws {
        let discounts =
            #"{"schema":"pennyweight-price-overlay/1","name":"a","discounts":[{"pays":"85/100"}]}"#
        let overlay = try await importing(discounts, "--format", "json").text
        #expect(try PriceOverlay(json: Array(try #require(overlay).utf8)).discounts.count == 1)
        let csv = try await importing(
            "provider,model,unit,usd\np,m,image,1\n", "--format", "csv", "--effective-from", "2026-03-03")
        let model = try PriceOverlay(json: Array(try #require(csv.text).utf8)).models.first
        #expect(model?.prices.first?.effectiveFrom == CalendarDay("2026-03-03"))
    }

    @Test(
        "a file that can't be used is an error with its name, line and what to do",
        arguments: [
            ("{", "json", "not JSON"), ("{}", "json", "schema"), ("{\"a\":", "litellm", "not JSON"),
            ("a,b\n1,2\n", "csv", "line 1"),
        ])
    func importWrong(text: String, format: String, part: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await importing(text, "--format", format)
        }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("File /") == true)
    }

    @Test("a name that no version can hold is refused")
    func importName() async throws {
        await #expect(throws: ConfigurationError.self) {
            try await importing(table, "--format", "litellm", "--skip-inexact", "--name", "a b")
        }
    }

    @Test("flags are checked, and every command has examples")
    func flags() {
        #expect(throws: (any Error).self) { try PricesImportCommand.parse(["file"]) }
        #expect(throws: (any Error).self) { try PricesImportCommand.parse(["file", "--format", "xml"]) }
        #expect(throws: (any Error).self) { try PricesShowCommand.parse([]) }
        #expect(throws: (any Error).self) { try PricesListCommand.parse(["--at", "soon"]) }
        for command in PricesCommand.configuration.subcommands {
            #expect(PennyweightCommand.helpMessage(for: command).contains("Examples:"))
        }
    }
}
#endif
