import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import Testing

@Suite("The most that a request can use")
struct QuoteTests {
    private func quote(
        _ path: String, _ body: String, type: String = "application/json",
        convention: UsageConvention = .openAI
    ) throws -> Quote {
        var request = Request(.post, path, body: Body(body))
        request.head.headerFields[.contentType] = type
        return try #require(OpenAIMeter(convention: convention).quote(request))
    }

    private func length(_ text: String) -> Int64 { Int64(text.utf8.count) }

    @Test("uploads, cancels and counts are not quoted; what starts paid work is")
    func free() {
        let meter = OpenAIMeter()
        let free = [
            "/files", "/uploads", "/uploads/u/parts", "/responses/r/cancel", "/responses/input_tokens",
            "/batches/b/cancel", "/chat/completions/c", "/fine_tuning/jobs/j/cancel",
            "/messages/count_tokens",
        ]
        for path in free { #expect(meter.quote(Request(.post, path, body: Body("{}"))) == nil, "\(path)") }
        for path in ["/batches", "/fine_tuning/jobs", "/videos/v/remix", "/realtime/calls", "/files2", "/"] {
            #expect(meter.quote(Request(.post, path, body: Body("{}")))?.isBounded == false, "\(path)")
        }
    }

    @Test("a legacy completion generates for each prompt the larger of n and best_of")
    func completions() throws {
        let cases: [(String, Int64?, Int64?)] = [
            (#"{"model":"m","prompt":"a","max_tokens":7}"#, 7, 1),
            (#"{"model":"m","prompt":["a","b"],"max_tokens":7,"n":2,"best_of":3}"#, 42, 6),
            (#"{"model":"m","prompt":[1,2,3],"max_tokens":7}"#, 7, 1),
            (#"{"model":"m","prompt":[[1],[2]],"max_tokens":7}"#, 14, 2),
            (#"{"model":"m","prompt":"a"}"#, nil, 1),
        ]
        for (body, tokens, choices) in cases {
            let quote = try quote("/completions", body)
            #expect(quote.outputTokens == tokens && quote.choices == choices && quote.isBounded, "\(body)")
            #expect(quote.inputTokens == length(body))
        }
        let echo = #"{"model":"m","prompt":"a","max_tokens":7,"echo":true}"#
        #expect(try quote("/completions", echo).outputTokens == 7 + length(echo))
        let longest = #"{"model":"m","prompt":"a","echo":true}"#
        #expect(try quote("/completions", longest).addedOutputTokens == length(longest))
        for body in [
            #"{"model":"m","prompt":"a","n":"2"}"#, #"{"model":"m","prompt":{}}"#,
            #"{"model":"m","prompt":"a","max_tokens":-1}"#,
            #"{"model":"m","prompt":["a","b"],"max_tokens":9223372036854775807}"#,
        ] { #expect(try !quote("/completions", body).isBounded, "\(body)") }
    }

    @Test("a response is bounded if its whole prompt is text in the request and its tools are the caller's")
    func responses() throws {
        let bounded = [
            #""input":"hi""#, #""input":[{"role":"user","content":"hi"}]"#,
            #""input":[{"role":"user","content":[{"type":"input_text","text":"hi"}]}]"#,
            #""input":[{"type":"function_call_output","call_id":"c","output":"x"}],"tools":[{"type":"function"}]"#,
        ]
        for members in bounded {
            let body = #"{"model":"m","max_output_tokens":9,\#(members)}"#
            let quote = try quote("/responses", body)
            #expect(quote.inputTokens == length(body) && quote.isBounded, "\(members)")
            #expect(quote.outputTokens == 9)
        }
        let open = [
            #""input":"hi","previous_response_id":"r""#, #""input":"hi","conversation":"c""#,
            #""prompt":{"id":"p"}"#, #""input":[{"type":"item_reference","id":"i"}]"#,
            #""input":[{"role":"user","content":[{"type":"input_image","image_url":"u"}]}]"#,
            #""input":[{"type":"function_call_output","output":[{"type":"input_file","file_id":"f"}]}]"#,
            #""input":"hi","tools":[{"type":"mcp"}]"#, #""input":"hi","tools":[{"type":"web_search"}]"#,
        ]
        for members in open {
            #expect(try quote("/responses", #"{"model":"m",\#(members)}"#).inputTokens == nil, "\(members)")
        }
        for type in [
            "web_search", "web_search_preview", "code_interpreter", "file_search", "image_generation",
        ] {
            let body = #"{"model":"m","input":"hi","tools":[{"type":"\#(type)"}]}"#
            #expect(try !quote("/responses", body).isBounded, "\(type)")
        }
    }

    @Test("searches that a response may make are bounded by max_tool_calls, and so are their prompts")
    func boundedSearches() throws {
        let start = #"{"model":"m","input":"hi","tools":[{"type":"web_search"},{"type":"function"}]"#
        let quote = try quote("/responses", start + #","max_tool_calls":3}"#)
        #expect(quote.isBounded && quote.prompts == 4 && quote.inputTokens == nil)
        #expect(quote.meters == [Usage.Meter(.search, count: 3)])
        for wrong in ["-1", "\"3\"", "1001", "null"] {
            #expect(try !self.quote("/responses", start + #","max_tool_calls":\#(wrong)}"#).isBounded)
        }
        let other = #"{"model":"m","input":"hi","tools":[{"type":"file_search"}],"max_tool_calls":3}"#
        #expect(try !self.quote("/responses", other).isBounded)
    }

    @Test("the rejected part of a prediction is billed beside what may be generated")
    func predictions() throws {
        let prediction = #"{"type":"content","content":"let x = 1"}"#
        let start = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"prediction":\#(prediction)"#
        let limited = try quote("/chat/completions", start + #","max_completion_tokens":5}"#)
        #expect(limited.outputTokens == 5 && limited.addedOutputTokens == length(prediction))
        let unlimited = try quote("/chat/completions", start + "}")
        #expect(unlimited.isBounded && unlimited.outputTokens == nil)
        #expect(unlimited.addedOutputTokens == length(prediction))
    }

    @Test("tools that a chat's provider runs have a fee that no request bounds")
    func hostedTools() throws {
        let start = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":5"#
        for members in [
            #","tools":[{"type":"web_search"}]"#, #","plugins":[{"id":"web"}]"#,
            #","search_parameters":{"mode":"auto"}"#,
        ] {
            let quote = try quote("/chat/completions", start + members + "}")
            #expect(!quote.isBounded && !quote.meters.isEmpty && quote.inputTokens == nil, "\(members)")
        }
        let own =
            start + #","tools":[{"type":"function"},{"type":"custom"}],"search_parameters":{"mode":"off"}}"#
        #expect(try quote("/chat/completions", own).isBounded)
        let added = try quote("/chat/completions", own, convention: .anthropic).inputTokens
        #expect(added == length(own) + 1_024)
    }

    @Test("images are counted by quality and size, from JSON and from a form")
    func images() throws {
        let json = #"{"model":"dall-e-3","prompt":"x","quality":"hd","size":"1024x1792","n":2}"#
        let asked = [Usage.Meter(.image, variant: "hd/1024x1792", count: 2)]
        #expect(try quote("/images/generations", json).meters == asked)
        let form = Forms.form(
            Forms.field("model", "gpt-image-1"), Forms.field("prompt", "x"), Forms.field("n", "2"),
            Forms.field("quality", "low"), Forms.field("size", "1024x1024"), Forms.file("image[]", "1"),
            Forms.file("image[]", "2"))
        let edit = try quote("/images/edits", form, type: Forms.type)
        #expect(edit.model == "gpt-image-1")
        #expect(edit.meters == [Usage.Meter(.image, variant: "low/1024x1024", count: 2)])
        #expect(edit.outputTokens == 544)
        #expect(edit.inputTokens == 16_409)
        #expect(edit.isBounded && edit.choices == 2)
        #expect(
            try quote("/images/generations", #"{"model":"dall-e-2","prompt":"x"}"#).meters.first?.variant
                == "standard/1024x1024")
        #expect(
            try quote("/images/generations", #"{"model":"gpt-image-2","prompt":"x"}"#).meters == [
                .init(.image, count: 1)
            ])
    }

    @Test("a form that gives a model twice has none that is known")
    func twoModels() throws {
        let form = Forms.form(Forms.field("model", "cheap"), Forms.field("model", "dear"))
        #expect(try quote("/images/edits", form, type: Forms.type).model == OpenAIMeter.unknownModel)
    }

    @Test(
        "a video is bounded exactly, by its seconds and its shorter side",
        arguments: [
            (#"{"model":"sora-2-pro","seconds":"8","size":"1024x1792"}"#, "1024p", 8),
            (#"{"model":"sora-2-pro","seconds":12,"size":"1280x720"}"#, "720p", 12),
            (#"{"model":"sora-2"}"#, "720p", 4), (#"{"prompt":"x"}"#, "720p", 4),
            (#"{"model":"veo","seconds":"6","size":"3840x2160"}"#, "4k", 6),
            (#"{"model":"grok","seconds":"6","resolution":"480p"}"#, "480p", 6),
        ])
    func videos(_ body: String, _ variant: String, _ seconds: Int64) throws {
        let quote = try quote("/videos", body)
        #expect(quote.meters == [Usage.Meter(.videoSecond, variant: variant, count: seconds)])
        #expect(quote.isBounded)
    }

    @Test("a video of unknown length or unreadable size has no bound")
    func openVideos() throws {
        for body in [
            #"{"model":"veo"}"#, #"{"model":"sora-2","seconds":"x"}"#, #"{"model":"sora-2","seconds":"0"}"#,
            #"{"model":"sora-2","size":"huge"}"#, #"{"model":"sora-2","seconds":"-4"}"#,
        ] { #expect(try !quote("/videos", body).isBounded, "\(body)") }
        let form = Forms.form(
            Forms.field("model", "sora-2"), Forms.field("seconds", "12"), Forms.field("prompt", "x"))
        #expect(try quote("/videos", form, type: Forms.type).meters.first?.count == 12)
    }

    @Test("speech is counted in characters, not in bytes")
    func speech() throws {
        let quote = try quote(
            "/audio/speech", #"{"model":"tts-1","input":"Gr\u00fc\u00df \ud83d\ude00!","voice":"alloy"}"#)
        #expect(quote.meters == [Usage.Meter(.character, count: 7)])
        #expect(quote.isBounded)
    }

    @Test("a recording is a part of the prompt; its seconds are counted nowhere")
    func recordings() throws {
        let form = Forms.form(Forms.field("model", "whisper-1"), Forms.file("file", "RIFF"))
        for path in ["/audio/transcriptions", "/audio/translations"] {
            let quote = try quote(path, form, type: Forms.type)
            #expect(quote.model == "whisper-1" && quote.isBounded)
            #expect(quote.inputTokens == nil && quote.meters.isEmpty)
        }
    }

    @Test("a moderation is free at OpenAI, and nowhere else by itself")
    func moderation() throws {
        #expect(try quote("/moderations", #"{"input":"x"}"#).isFree)
        #expect(try !quote("/moderations", #"{"input":"x"}"#, convention: .compatible).isFree)
        let body = #"{"model":"m","input":[{"type":"image_url"}]}"#
        #expect(try quote("/moderations", body, convention: .compatible).inputTokens == nil)
    }
}
