import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("Export formats")
struct ExportFormatTests {
    private func line() throws -> LedgerLine {
        var tokens = TokenUsage(input: 100, output: 10)
        tokens.cachedInput = 0
        return LedgerLine(
            number: 7,
            kind: .attempt(holdID: SortableID(high: 1, low: 2), number: 2, outcome: .served),
            callID: SortableID(high: 3, low: 4), at: Timestamp(nanoseconds: 1_793_491_200_000_000_001),
            subject: Subject(
                account: "acme", key: "-k", user: "=1+1", tags: ["b": "2", "a": "x,y"], provider: "openai",
                model: "gpt-x", route: "/chat/completions"),
            cost: .exact(Money(picos: 21_000_000)), held: Money(picos: 99),
            items: [
                try LineItem(unit: .image, variant: "high", count: 3, unitPrice: Money(picos: 7_000_000))
            ],
            usage: Usage(
                tokens: tokens, meters: [.init(.image, variant: "high", count: 3)], serviceTier: "flex",
                raw: Array("{\"x\":\n1}".utf8)),
            executedModel: "gpt-x-1", priceVersion: "book/1", status: 200, queued: .milliseconds(3),
            firstByteAt: Timestamp(nanoseconds: 1_793_491_200_500_000_000), characters: 12,
            settledAt: Timestamp(nanoseconds: 1_793_491_201_000_000_000))
    }

    @Test("a JSON line has everything that the line has, in a stable order")
    func golden() throws {
        let line = try line()
        #expect(
            ExportJSON.row(line)
                == """
                {"number":7,"kind":"attempt","call_id":"\(line.callID)","hold_id":"\(SortableID(high: 1, low: 2))",\
                "attempt":2,"at":"2026-11-01T00:00:00.000000001Z","outcome":"served","status":200,"account":"acme",\
                "key":"-k","user":"=1+1","provider":"openai","model":"gpt-x","executed_model":"gpt-x-1",\
                "route":"\\/chat\\/completions","tags":{"a":"x,y","b":"2"},"cost":{"status":"exact","usd":"0.000021"},\
                "held_usd":"0.000000000099","price_version":"book\\/1","items":[{"unit":"image","variant":"high",\
                "count":3,"unit_price_usd":"0.000007","amount_usd":"0.000021"}],"usage":{"tokens":{"input":100,\
                "cached_input":0,"output":10},"meters":[{"unit":"image","variant":"high","count":3}],\
                "service_tier":"flex","raw":"{\\"x\\":\\n1}"},"characters":12,"queued_ns":3000000,\
                "first_byte_at":"2026-11-01T00:00:00.500000000Z","settled_at":"2026-11-01T00:00:01.000000000Z"}

                """.replacing("\\/", with: "/"))
        #expect(ExportJSON.number(inRow: ExportJSON.row(line)) == 7)
    }

    @Test("what isn't known is left out, and never a number")
    func unknown() throws {
        let line = LedgerLine(
            number: 8, kind: .saving(source: .hit, avoided: .unknown(reason: "no price")),
            callID: SortableID(high: 3, low: 4), at: Timestamp(seconds: 0),
            subject: Subject(account: "a", provider: "p", model: "m", route: "/r"), cost: .nothing,
            settledAt: Timestamp(seconds: 0))
        let row = ExportJSON.row(line)
        #expect(row.contains("\"avoided\":{\"status\":\"unknown\",\"reason\":\"no price\"}"))
        #expect(!row.contains("usage") && !row.contains("held") && !row.contains("null"))
    }

    @Test("CSV has stable columns, one field for each, and nothing that a spreadsheet would run")
    func csv() throws {
        #expect(
            ExportColumns.header == """
                number,kind,corrects,call_id,hold_id,attempt,at,outcome,source,status,account,key,user,provider,model,\
                executed_model,route,tags,cost_status,cost_usd,cost_lower_usd,cost_upper_usd,cost_reason,\
                avoided_status,avoided_usd,held_usd,price_version,service_tier,input_tokens,cached_input_tokens,\
                cache_write_tokens,cache_write_1h_tokens,audio_input_tokens,image_input_tokens,output_tokens,\
                reasoning_tokens,audio_output_tokens,image_output_tokens,cached_audio_input_tokens,\
                cached_image_input_tokens,accepted_prediction_tokens,rejected_prediction_tokens,characters,queued_ns,first_byte_at,\
                first_token_at,settled_at\r\n
                """)
        let row = ExportColumns.row(try line())
        #expect(
            row.contains(
                ",acme,'-k,'=1+1,openai,gpt-x,gpt-x-1,/chat/completions,\"a=x,y;b=2\",exact,0.000021,,,,"))
        #expect(row.contains(",100,0,,,,,10,,,,,,,,12,3000000,2026-11-01T00:00:00.500000000Z,,"))
        #expect(row.hasSuffix("\r\n") && row.filter { $0.isNewline }.count == 1)
    }

    @Test("a correction that lowers a cost is a negative number, not text")
    func negative() throws {
        let line = LedgerLine(
            number: 9, kind: .correction(of: 7), callID: SortableID(high: 3, low: 4),
            at: Timestamp(seconds: 0),
            subject: Subject(account: "a", provider: "p", model: "m", route: "/r"),
            cost: .exact(Money(picos: -1_000_000)), settledAt: Timestamp(seconds: 0))
        #expect(ExportColumns.row(line).contains(",exact,-0.000001,"))
        #expect(ExportJSON.row(line).contains("\"corrects\":7"))
    }

    @Test("a progress bar fills, and is drawn again only if it looks different")
    func bar() {
        var bar = ProgressBar("lines", isShown: false)
        #expect(bar.text(0, of: 2_000)?.contains(" 0.0 % 0/2000") == true)
        #expect(bar.text(1, of: 2_000) == nil)
        #expect(bar.text(1_000, of: 2_000)?.filter { $0 == "█" }.count == 15)
        #expect(bar.text(2_000, of: 2_000)?.contains("100.0 %") == true)
        #expect(ProgressBar("x", isShown: false).title == "x")
    }
}
