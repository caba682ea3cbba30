import PennyweightLedger
import PennyweightOpenAI
import PennyweightTime
import Testing

@Suite("OpenAIExport")
struct OpenAIExportTests {
    private func read(_ text: String, name: String = "export.json") throws -> Invoice {
        var invoice = Invoice()
        try OpenAIExport(name: name, bytes: Array(text.utf8)).add(to: &invoice)
        return invoice
    }

    private func page(_ results: String, more: Bool = false) -> String {
        """
        {"object":"page","data":[{"object":"bucket","start_time":1793491200,"end_time":1793577600,
        "results":[\(results)]}],"has_more":\(more),"next_page":null}
        """
    }

    private let usage = """
        {"object":"organization.usage.completions.result","input_tokens":1000,"output_tokens":500,
        "input_cached_tokens":800,"input_audio_tokens":0,"num_model_requests":5,"project_id":"proj_a",
        "user_id":null,"api_key_id":null,"model":"gpt-4o-2024-08-06","batch":false,"service_tier":null}
        """

    @Test("a page of the Usage API gives requests and tokens by project and model")
    func usagePage() throws {
        let invoice = try read(page(usage))
        let line = try #require(invoice.lines.first)
        #expect(invoice.lines.count == 1)
        #expect(line.service == .completions)
        #expect(line.project == "proj_a")
        #expect(line.name == "gpt-4o-2024-08-06")
        #expect(
            line.quantities == [
                .requests: 5, .inputTokens: 1_000, .cachedInputTokens: 800, .outputTokens: 500,
            ])
        #expect(line.bucket.start.text == "2026-11-01T00:00:00.000Z")
        #expect(line.bucket.end.text == "2026-11-02T00:00:00.000Z")
    }

    @Test(
        "a page of the Costs API gives exact amounts, written as numbers or as strings",
        arguments: [
            ("0.06", "0.06"), ("\"0.0600000000000000000000000000\"", "0.06"), ("1.5e-05", "0.000015"),
            ("0.13080438340307526", "0.13080438340307526"),
        ])
    func costPage(value: String, expected: String) throws {
        let invoice = try read(
            page(
                """
                {"object":"organization.costs.result","amount":{"value":\(value),"currency":"usd"},
                "line_item":"gpt-4o-2024-08-06, cached input","project_id":null}
                """))
        let line = try #require(invoice.lines.first)
        #expect(line.service == .costs && line.name == "gpt-4o-2024-08-06" && line.project == nil)
        #expect(line.quantities[.cost].map(InvoiceFigure.cost.text) == expected)
    }

    @Test("the other usage endpoints are read by their objects")
    func others() throws {
        let invoice = try read(
            page(
                """
                {"object":"organization.usage.images.result","images":3,"num_model_requests":2,"size":"1024x1024"}
                """))
        #expect(invoice.lines.first?.quantities == [.images: 3, .requests: 2])
        #expect(invoice.lines.first?.service == .images)
    }

    @Test("an array of pages is read, and empty buckets stay covered")
    func pages() throws {
        let empty = """
            {"object":"page","data":[{"object":"bucket","start_time":1793577600,"end_time":1793664000,"results":[]}],
            "has_more":false}
            """
        let invoice = try read("[\(page(usage, more: true)),\(empty)]")
        #expect(invoice.buckets[.completions]?.count == 2)
        #expect(try read(empty, name: "dir/cost_2026.json").buckets[.costs]?.count == 1)
        #expect(throws: OpenAIExportError.self) { try read(empty, name: "a.json") }
    }

    @Test(
        "what can't be compared safely is refused with its place",
        arguments: [
            ("{}", "\"data\""), ("{\"data\":[{}]}", "start_time"), ("[", "JSON"), ("", "empty"),
        ])
    func refusals(text: String, word: String) {
        let error = #expect(throws: OpenAIExportError.self) { try read(text) }
        #expect(error?.description.contains(word) == true)
    }

    @Test("a page that isn't the last, another currency and an unknown object are refused")
    func pageRefusals() {
        #expect(throws: OpenAIExportError.self) { try read(page(usage, more: true)) }
        let costs = "{\"object\":\"organization.costs.result\",\"amount\":{\"value\":1,\"currency\":\"eur\"}}"
        #expect(throws: OpenAIExportError.self) { try read(page(costs)) }
        #expect(throws: OpenAIExportError.self) {
            try read(page("{\"object\":\"organization.usage.vector_stores.result\",\"usage_bytes\":1}"))
        }
        #expect(throws: OpenAIExportError.self) {
            try read(page(usage.replacing("\"output_tokens\":500", with: "\"output_tokens\":5.5")))
        }
    }
}

@Suite("OpenAIExport: the dashboard's files")
struct OpenAIExportCSVTests {
    private func read(_ text: String, name: String) throws -> Invoice {
        var invoice = Invoice()
        try OpenAIExport(name: name, bytes: Array(text.utf8)).add(to: &invoice)
        return invoice
    }

    private let usage = """
        start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,\
        service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
        1793491200,1793577600,2026-11-01T00:00:00+00:00,2026-11-02T00:00:00+00:00,proj_a,10.0,user-x,key_y,\
        gpt-4o-2024-08-06,FALSE,default,59200.0,10646.0,5760.0,53440.0
        1793577600,1793664000,2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,,,,,,,,,,,

        """

    @Test("a usage file has counts like 10.0, and buckets in which nothing happened")
    func usageFile() throws {
        let invoice = try read("\u{FEFF}" + usage, name: "completions_usage_2026-11-01_2026-11-02.csv")
        let line = try #require(invoice.lines.first)
        #expect(invoice.lines.count == 1)
        #expect(line.project == "proj_a" && line.name == "gpt-4o-2024-08-06")
        #expect(
            line.quantities == [
                .requests: 10, .inputTokens: 59_200, .outputTokens: 10_646, .cachedInputTokens: 5_760,
            ])
        #expect(invoice.buckets[.completions]?.count == 2)
    }

    @Test("a costs file has amounts with thirty decimals, and quoted line items")
    func costFile() throws {
        let lines = [
            "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,"
                + "line_item,user_id,api_key_id,project_id,organization_id,project_name,organization_name,user_email",
            "1793491200,1793577600,a,b,0.003835980000000000000000000000,usd,,,,,,,org-x,,\"Acme, Inc.\",x@example.com",
            "1793491200,1793577600,a,b,0.5,usd,1000,tokens,\"gpt-5-nano, input_tokens\",,key_1,proj_a,org-x,A,"
                + "\"A \"\"B\"\"\",",
            "1793577600,1793664000,a,b,,,,,,,,,,,,",
        ]
        let text = lines.map { $0 + "\r\n" }.joined()
        let invoice = try read(text, name: "cost_2026-11-01_2026-11-02.csv")
        #expect(invoice.lines.map(\.name) == [nil, "gpt-5-nano"])
        #expect(invoice.lines.map(\.project) == [nil, "proj_a"])
        #expect(
            invoice.lines.compactMap { $0.quantities[.cost] }.map(InvoiceFigure.cost.text) == [
                "0.00383598", "0.5",
            ])
        #expect(invoice.buckets[.costs]?.count == 2)
    }

    @Test("a value that isn't exact is refused with its line")
    func refusals() {
        let header = "start_time,end_time,amount_value,amount_currency\n"
        let error = #expect(throws: OpenAIExportError.self) {
            try read(header + "1,2,0.5,usd\n3,4,\"1,5\",usd\n", name: "cost.csv")
        }
        #expect(error?.description == "cost.csv line 3: \"amount_value\" is not decimal text: '1,5'.")
        #expect(throws: OpenAIExportError.self) { try read(header + "1,2,0.5,eur\n", name: "cost.csv") }
        #expect(throws: OpenAIExportError.self) { try read("a,b\n1,2\n", name: "x.csv") }
        #expect(throws: OpenAIExportError.self) {
            try read("start_time,end_time,images,num_model_requests\n1,2,1.5,1\n", name: "x.csv")
        }
    }

    @Test(
        "line items tell the model",
        arguments: [
            ("gpt-4o-2024-08-06, input", "gpt-4o-2024-08-06"),
            ("priority | gpt-5.6, output, long context", "gpt-5.6"),
            ("gpt-audio-mini-2025-12-15 audio, input", "gpt-audio-mini-2025-12-15"),
            ("ft-gpt-4o-2024-08-06, output", "ft-gpt-4o-2024-08-06"), ("web search tool calls", "web search"),
            ("assistants api | file search", "assistants api | file search"),
            ("whisper-1, audio", "whisper-1"),
        ])
    func lineItems(item: String, name: String) throws {
        let text = "start_time,end_time,amount_value,line_item\n1,2,1,\"\(item)\"\n"
        #expect(try read(text, name: "cost.csv").lines.first?.name == name)
    }
}
