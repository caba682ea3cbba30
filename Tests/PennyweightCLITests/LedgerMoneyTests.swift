#if Gateway
import Foundation
import PennyweightJSON
import PennyweightLedger
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("pennyweight ledger: reconcile and reprice")
struct LedgerMoneyTests {
    private let binary: LedgerBinary
    private let day: Int64

    init() throws {
        binary = try LedgerBinary()
        day = LineMaker().start.day.start.seconds
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: binary.file(name)))
        return binary.file(name)
    }

    private func usage(requests: Int, output: Int) throws -> String {
        try write(
            "completions_usage.csv",
            """
            start_time,end_time,project_id,num_model_requests,model,input_tokens,output_tokens,input_cached_tokens
            \(day),\(day + 864_000),proj_a,\(requests).0,gpt-4o-mini-2024-07-18,\(requests * 100).0,\(output).0,0.0

            """)
    }

    private func costs(_ amount: String) throws -> String {
        try write(
            "cost.json",
            """
            {"object":"page","data":[{"object":"bucket","start_time":\(day),"end_time":\(day + 864_000),"results":[
            {"object":"organization.costs.result","amount":{"value":"\(amount)","currency":"usd"},
            "line_item":"gpt-4o-mini-2024-07-18, input","project_id":null}]}],"has_more":false}
            """)
    }

    @Test("reconcile: 0 if both agree, 1 with every difference typed, 74 for what can't be read")
    func reconcile() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 5)
        let agreeing = try binary.run(
            "reconcile", usage(requests: 5, output: 50), costs("0.00010500000000000000000000"))
        #expect(agreeing.status == 0, "\(agreeing.output)\(agreeing.errors)")
        #expect(agreeing.output.contains("They agree."))
        let price = try binary.run(
            "reconcile", usage(requests: 5, output: 50), costs("0.000205"), "--format", "json")
        #expect(price.status == 1)
        let found = try #require(JSONDocument(price.output).root["differences"]?.elements)
        #expect(found.map { $0["type"]?.string } == ["price"])
        #expect(found[0]["here"]?.string == "0.000105" && found[0]["difference"]?.string == "0.0001")
        #expect(found[0]["model"]?.string == "gpt-4o-mini-2024-07-18")
        let tolerant = try binary.run(
            "reconcile", usage(requests: 5, output: 50), costs("0.000205"), "--tolerance", "0.0001")
        #expect(tolerant.status == 0)
        let csv = try binary.run("reconcile", usage(requests: 7, output: 70), "--format", "csv")
        #expect(csv.status == 1)
        #expect(csv.output.contains("missing-here,completions,"))
        #expect(csv.output.contains(",requests,5,7,2,"))
        let table = try binary.run("reconcile", usage(requests: 5, output: 49), "--project", "proj_a=acme")
        #expect(table.status == 1 && table.output.contains("count"), "\(table.output)")
        #expect(try binary.run("reconcile", binary.file("none.csv")).status == 74)
        #expect(try binary.run("reconcile", write("x.csv", "a,b\n")).status == 74)
        #expect(try binary.run("reconcile", write("x.csv", "a,b\n"), "--project", "nonsense").status == 64)
        #expect(try binary.run("reconcile", write("x.csv", "a,b\n"), "--tolerance", "1e-6").status == 64)
        await ledger.close()
    }

    private func book(output: String) throws -> String {
        try write(
            "prices.json",
            """
            {"schema":"pennyweight-prices/1","version":"mine","sources":{},"models":[
            {"id":"gpt-4o-mini","provider":"openai","mode":"chat","prices":[{"effective_from":"2024-01-01",
            "source":"s","retrieved":"2024-01-01","rates":{"input_token":"0.15","output_token":"\(output)"}}]}]}
            """)
    }

    @Test("reprice takes an overlay and a region like 'prices list', and resolves unknown costs by them")
    func repriceByOverlay() async throws {
        let ledger = try binary.open()
        let make = LineMaker(seed: 4)
        let plain = make.hold(model: "in-house-7b", upperBound: Money(picos: 5_000_000))
        try await ledger.reserve(plain)
        let usage = Usage(tokens: TokenUsage(input: 10, output: 5))
        try await ledger.settle(make.settlement(plain, .unknown(reason: "no price"), usage: usage))
        let overlay = try write(
            "overlay.json",
            """
            {"schema":"pennyweight-price-overlay/1","name":"acme","models":[
            {"id":"in-house-7b","provider":"openai","mode":"chat","prices":[{"effective_from":"2025-01-01",
            "rates":{"input_token":"0.05","output_token":"0.1"},
            "regions":{"eu":{"rates":{"input_token":"0.5","output_token":"1"}}}}]}]}
            """)
        let since = make.start.day.description
        #expect(try await ledger.report(ReportQuery(by: .model)).total.unknown == 1)
        let base = try binary.run("reprice", "--since", since, "--prices", overlay, "--format", "json")
        #expect(base.status == 0, "\(base.errors)")
        #expect(try JSONDocument(base.output).root["total"]?["repriced_usd"]?.string == "0.000001")
        let booked = try binary.run(
            "reprice", "--since", since, "--prices", overlay, "--region", "eu", "--book")
        #expect(booked.output.contains("1 corrections booked."), "\(booked.output)\(booked.errors)")
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.unknown == 0 && total.unknownHeld == .zero)
        #expect(total.charged.text == "0.00001" && total.budgeted == total.charged)
        let shipped = try binary.run("reprice", "--since", since)
        #expect(shipped.status == 0 && shipped.output.contains("'in-house-7b' has no price"))
        await ledger.close()
    }

    @Test("reprice: prints the difference, books it only when told and only once, and what is booked adds up")
    func reprice() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 3)
        let since = LineMaker().start.day.description
        let printed = try binary.run(
            "reprice", "--since", since, "--prices", book(output: "1.6"), "--format", "json")
        #expect(printed.status == 0, "\(printed.errors)")
        let total = try #require(JSONDocument(printed.output).root["total"])
        #expect(total["changed"]?.integer == 3)
        #expect(total["charged_usd"]?.string == "0.000063" && total["difference_usd"]?.string == "0.00003")
        #expect(try ledger.lastLineNumber() == 3)
        let prices = try book(output: "1.6")
        let booked = try binary.run("reprice", "--since", since, "--prices", prices, "--book")
        #expect(booked.status == 0 && booked.output.contains("3 corrections booked."), "\(booked.errors)")
        let again = try binary.run("reprice", "--since", since, "--prices", prices, "--book")
        #expect(again.output.contains("0 corrections booked."))
        #expect(try await ledger.report(ReportQuery(by: .model)).total.charged.text == "0.000093")
        let back = try binary.run("reprice", "--since", since, "--prices", book(output: "0.6"), "--book")
        #expect(back.output.contains("3 corrections booked."))
        #expect(try await ledger.report(ReportQuery(by: .model)).total.charged.text == "0.000063")
        #expect(try ledger.verify().isSound)
        #expect(try binary.run("reprice", "--since", since, "--prices", binary.file("no.json")).status == 74)
        #expect(try binary.run("reprice", "--prices", prices).status == 64)
        await ledger.close()
    }
}
#endif
