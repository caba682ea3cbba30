import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("Prices as comma-separated values")
struct CSVPricesTests {
    private func read(_ text: String, providers: Set<String> = []) throws -> ImportedPrices {
        try CSVPrices(day: PriceSample.day, providers: providers).read(Array(text.utf8))
    }

    @Test("one rate a line, in any order of columns, with defaults for what is left out")
    func plain() throws {
        let imported = try read(
            "model,provider,usd,unit\r\nm,p,0.15,input_token\r\nm,p,0.60,output_token\r\nart,p,0.04,image\r\n"
        )
        #expect(imported.models.map(\.id) == ["art", "m"])
        #expect(imported.models.map(\.mode) == ["image", "chat"])
        let price = try #require(imported.models.last?.prices.first)
        #expect(price.rates.amount(of: .inputToken)?.picos == 150_000)
        #expect(price.rates.amount(of: .outputToken)?.picos == 600_000)
        #expect(price.effectiveFrom == PriceSample.day)
        #expect(imported.notes.isEmpty && imported.inexact.isEmpty)
    }

    @Test("every column has its meaning")
    func everything() throws {
        let header =
            "provider,model,unit,usd,per,variant,region,service_tier,above_input_tokens,effective_from,mode\n"
        let imported = try read(
            header + "p,m,input_token,1.5e-07,1,,,,,2026-01-01,realtime\n"
                + "p,m,input_token,0.00015,1000,,eu,,,2026-01-01,\n"
                + "p,m,input_token,0.1,,,,batch,,2026-01-01,\n"
                + "p,m,input_token,0.3,,,,,200000,2026-01-01,\n"
                + "p,m,input_token,0.2,,,,batch,200000,2026-01-01,\n"
                + "p,m,image,40,1000,\"high/1024x1024\",,,,2026-01-01,\n"
                + "p,m,input_token,0.2,1000000,,,,,2026-06-01,\n")
        let model = try #require(imported.models.first)
        #expect(model.mode == "realtime")
        #expect(model.prices.map { "\($0.effectiveFrom)" } == ["2026-01-01", "2026-06-01"])
        let price = model.prices[0]
        #expect(price.rates.amount(of: .inputToken)?.picos == 150_000)
        #expect(price.regions["eu"]?.rates.amount(of: .inputToken)?.picos == 150_000)
        #expect(price.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 100_000)
        #expect(price.contextTiers.first?.aboveInputTokens == 200_000)
        #expect(price.contextTiers.first?.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 200_000)
        #expect(price.rates.amount(of: .image, variant: "high/1024x1024")?.text == "0.04")
    }

    @Test("a figure that is no whole number of pico-dollars is listed with its line, not rounded")
    func inexact() throws {
        let imported = try read("provider,model,unit,usd\np,m,input_token,0.0000001\np,m,output_token,1\n")
        #expect(imported.inexact.map(\.description).count == 1)
        #expect(imported.inexact.first?.description.contains("p/m, \"input_token\": '0.0000001'") == true)
        #expect(imported.inexact.first?.description.contains("line 2") == true)
        #expect(imported.models.first?.prices.first?.rates.amounts.count == 1)
    }

    @Test(
        "a wrong line is refused with line, model, column and what to do",
        arguments: [
            ("p,m,input_tokens,1,", "unit", "no unit"), ("p,m,image,$1,", "usd", "US dollars"),
            ("p,m,image,-1,", "usd", "US dollars"), ("p,m,image,\"1,5\",", "usd", "US dollars"),
            ("p,m,image,1,10", "per", "1000000"), (",m,image,1,", "provider", "empty"),
            ("p,,image,1,", "model", "empty"),
            ("p,m,image,,", "usd", "empty"),
        ])
    func wrong(line: String, column: String, problem: String) {
        let error = #expect(throws: PriceBookError.self) {
            try read("provider,model,unit,usd,per\np,ok,image,1,\n" + line + "\n")
        }
        #expect(error?.line == 3)
        #expect(error?.field == column)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }

    @Test(
        "a file without the right header, or with ragged lines, is refused",
        arguments: [
            "", "provider,model,unit\n", "provider,model,unit,usd,price\n", "provider,model,unit,usd,usd\n",
            "provider,model,unit,usd\np,m,image\n", "provider,model,unit,usd\np,m,image,\"1\n",
            "provider,model,unit,usd\np,m,im\"age,1\n", "provider,model,unit,usd\np,m,\"image\"x,1\n",
        ])
    func notCSV(text: String) {
        #expect(throws: PriceBookError.self) { try read(text) }
    }

    @Test("two prices for one rate contradict each other; the same one twice doesn't")
    func twice() throws {
        let header = "provider,model,unit,usd\np,m,image,1\n"
        #expect(throws: PriceBookError.self) { try read(header + "p,m,image,2\n") }
        #expect(try read(header + "p,m,image,1.0\n").models.count == 1)
    }

    @Test("a tier without a base is refused")
    func noBase() {
        let error = #expect(throws: PriceBookError.self) {
            try read("provider,model,unit,usd,service_tier\np,m,image,1,batch\n")
        }
        #expect(error?.model == "m")
    }

    @Test("only the providers that are wanted are read")
    func providers() throws {
        let text = "provider,model,unit,usd\na,m,image,1\nb,m,nonsense,1\n"
        #expect(try read(text, providers: ["a"]).models.map(\.provider) == ["a"])
    }

    @Test("fields may be quoted, and have commas, quotes and newlines; lines end in any way")
    func records() throws {
        let records = try #require(CSVRecords("a,\"b,\"\"c\"\"\nd\",e\r\n\r\nf,,\n\"\",g"))
        #expect(records.records.map(\.fields) == [["a", "b,\"c\"\nd", "e"], ["f", "", ""], ["", "g"]])
        #expect(records.records.map(\.line) == [1, 4, 5])
        #expect(CSVRecords("")?.records.isEmpty == true)
        #expect(CSVRecords("\"a") == nil)
    }

    @Test("a byte order mark is no part of the first column")
    func byteOrderMark() throws {
        #expect(try read("\u{FEFF}provider,model,unit,usd\np,m,image,1\n").models.count == 1)
    }
}
