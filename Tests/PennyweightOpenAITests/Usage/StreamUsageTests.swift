import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import Testing

@testable import PennyweightOpenAI

@Suite("Usage in streams")
struct StreamUsageTests {
    private static let anthropic = [
        #"{"type":"message_start","message":{"id":"msg","type":"message","model":"claude","content":[],"usage":{"input_tokens":20,"cache_read_input_tokens":300,"cache_creation_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":40,"ephemeral_1h_input_tokens":60},"output_tokens":1,"service_tier":"standard"}}}"#,
        #"{"type":"ping"}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" you"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9,"input_tokens":null}}"#,
        #"{"type":"message_delta","delta":{},"usage":{"output_tokens":12,"server_tool_use":{"web_search_requests":2}}}"#,
    ]
    private static let end = #"{"type":"message_stop"}"#

    private static let gemini = [
        #"{"candidates":[{"content":{"parts":[{"text":"I think","thought":true}]}}],"usageMetadata":{"promptTokenCount":10,"thoughtsTokenCount":5,"totalTokenCount":15},"modelVersion":"gemini-3"}"#,
        #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1,"thoughtsTokenCount":5,"totalTokenCount":16},"modelVersion":"gemini-3"}"#,
        #"{"candidates":[{"content":{"parts":[{"text":" all"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2,"thoughtsTokenCount":5,"totalTokenCount":17},"modelVersion":"gemini-3"}"#,
    ]

    private static let response = [
        #"{"type":"response.created","response":{"object":"response","model":"r","status":"in_progress","usage":null,"output":[]}}"#,
        #"{"type":"response.reasoning_summary_text.delta","delta":"Let me see"}"#,
        #"{"type":"response.output_text.delta","delta":"Look: "}"#,
        #"{"type":"response.output_text.delta","delta":"a fox"}"#,
        #"{"type":"response.function_call_arguments.delta","delta":"{}"}"#,
        #"{"type":"response.completed","response":{"object":"response","model":"r","status":"completed","output":[{"type":"web_search_call","action":{"type":"search"}},{"type":"web_search_call","action":{"type":"open_page"}},{"type":"message","content":[{"type":"output_text","text":"Look: a fox"}]}],"usage":{"input_tokens":30,"input_tokens_details":{"cached_tokens":10},"output_tokens":8,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":38}}}"#,
    ]

    private func reading(_ convention: UsageConvention, _ route: String = "/chat/completions")
        -> any UsageReading
    {
        OpenAIMeter(convention: convention).reading(
            of: Calls.head(200, "text/event-stream"), to: Quote(route: route, model: "m"))
    }

    @Test("Anthropic's prompt and output come in different events, and the split of its writes is kept")
    func anthropic() {
        let summary = Reading(convention: .anthropic, route: "/messages").stream(
            Self.anthropic + [Self.end], done: false)
        #expect(
            summary.usage?.tokens?.partition() == [
                .inputToken: 20, .cachedInputToken: 300, .cacheWriteToken: 40, .cacheWriteHourToken: 60,
                .outputToken: 12,
            ])
        #expect(summary.usage?.meters == [Usage.Meter(.search, count: 2)])
        #expect(summary.usage?.serviceTier == "standard")
        #expect(summary.executedModel == "claude")
        #expect(summary.isComplete)
        #expect(summary.generatedCharacters == 9)
    }

    @Test("a stream that is cut before its end knows what it saw, and that it isn't whole")
    func cut() {
        let summary = Reading(convention: .anthropic, route: "/messages").stream(
            Array(Self.anthropic.prefix(4)), done: false)
        #expect(summary.usage?.tokens?.input == 420 && summary.usage?.tokens?.output == 1)
        #expect(!summary.isComplete)
        #expect(summary.generatedCharacters == 5)
        let gemini = Reading(convention: .gemini).stream(Array(Self.gemini.prefix(2)), done: false)
        #expect(!gemini.isComplete && gemini.usage?.tokens?.output == 6)
    }

    @Test("Gemini repeats its counts in each chunk: the last stands, and thoughts are no text")
    func gemini() {
        let summary = Reading(convention: .gemini).stream(Self.gemini, done: false)
        #expect(
            summary.usage?.tokens?.partition() == [.inputToken: 10, .outputToken: 2, .reasoningToken: 5])
        #expect(summary.executedModel == "gemini-3")
        #expect(summary.isComplete)
        #expect(summary.generatedCharacters == 6)
    }

    @Test("a response counts its searches, and its text once")
    func response() {
        let summary = Reading(route: "/responses").stream(Self.response, done: false)
        #expect(summary.usage?.tokens?.cachedInput == 10 && summary.usage?.tokens?.reasoning == 3)
        #expect(summary.usage?.meters == [Usage.Meter(.search, count: 1)])
        #expect(summary.generatedCharacters == 13)
        #expect(summary.isComplete)
        let plain = Reading(route: "/responses").plain(
            String(Self.response[5].dropFirst(#"{"type":"response.completed","response":"#.count).dropLast()))
        #expect(plain.usage == summary.usage)
        #expect(plain.generatedCharacters == 11)
    }

    @Test(
        "what is read doesn't depend on where the bytes are cut",
        arguments: ["anthropic", "gemini", "responses"])
    func splits(_ name: String) {
        let (events, convention, route): ([String], UsageConvention, String) =
            switch name {
            case "anthropic": (Self.anthropic + [Self.end], .anthropic, "/messages")
            case "gemini": (Self.gemini, .gemini, "/models/g")
            default: (Self.response, .openAI, "/responses")
            }
        let stream = Reading.stream(events, done: false).bytes
        let reading = Reading(convention: convention, route: route)
        let whole = reading.read([stream], "text/event-stream")
        #expect(whole.isComplete)
        for pieces in Splits.all(stream) {
            let summary = reading.read(pieces, "text/event-stream")
            guard summary != whole else { continue }
            Issue.record("It differs when cut into \(pieces.count) at \(pieces.first?.count ?? 0).")
            return
        }
    }

    @Test("cumulative reports are never added, and neither null nor an empty one takes them back")
    func cumulative() {
        let chunk = { (usage: String) in #"{"choices":[],"usage":\#(usage)}"# }
        let reports = (1...5).map {
            chunk(#"{"prompt_tokens":100,"completion_tokens":\#($0),"total_tokens":\#(100 + $0)}"#)
        }
        let summary = Reading().stream(reports + [chunk("null"), chunk("{}"), #"{"choices":[]}"#])
        #expect(summary.usage?.tokens == TokenUsage(input: 100, output: 5))
    }

    @Test("a stream without its terminal event isn't complete, however cleanly it ends")
    func noTerminalEvent() {
        #expect(!Reading().stream(["{}"], done: false).isComplete)
        #expect(Reading().stream(["{}"]).isComplete)
        #expect(!Reading(route: "/responses").stream(Array(Self.response.dropLast()), done: false).isComplete)
        #expect(!Reading().stream([#"{"type":"error","message":"x"}"#], done: false).isComplete)
    }

    @Test("explicit zero is zero, also at the end of a stream", arguments: UsageConvention.allCases)
    func zero(_ convention: UsageConvention) {
        let zero = #"{"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#
        let summary = Reading(convention: convention).stream([zero])
        #expect(summary.usage?.tokens?.partition() == [.inputToken: 0, .outputToken: 0])
        #expect(Reading(convention: convention).stream([#"{"choices":[]}"#]).usage == nil)
    }

    @Test(
        "generating begins with text, arguments, audio, an image or reasoning, and not before",
        arguments: [
            #"{"choices":[{"delta":{"content":"a"}}]}"#, #"{"choices":[{"text":"a"}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}}]}"#,
            #"{"choices":[{"delta":{"audio":{"id":"a","data":"AAAA"}}}]}"#,
            #"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
            #"{"choices":[{"delta":{"refusal":"no"}}]}"#,
            #"{"type":"response.output_text.delta","delta":"a"}"#,
            #"{"type":"response.audio.delta","delta":"AA"}"#,
            #"{"type":"image_generation.partial_image","b64_json":"AA"}"#,
            #"{"type":"speech.audio.delta","audio":"AA"}"#, #"{"type":"transcript.text.delta","delta":"a"}"#,
            #"{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            #"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]}}]}"#,
        ])
    func hasGenerated(_ event: String) {
        let before = [
            #"{"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null}}]}"#,
            #"{"choices":[]}"#, #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
            #"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#,
            #"{"type":"response.output_text.delta","delta":""}"#, #"{"candidates":[{"content":{}}]}"#,
        ]
        var reading = reading(.openAI)
        reading.consume(Reading.stream(before, done: false).bytes)
        #expect(!reading.hasGenerated)
        reading.consume(Reading.stream([event], done: false).bytes)
        #expect(reading.hasGenerated)
    }

    @Test("a plain answer and media have begun with their first byte")
    func plainBegins() {
        for type in ["application/json", "audio/mpeg"] {
            var reading = OpenAIMeter().reading(
                of: Calls.head(200, type), to: Quote(route: "/audio/speech", model: "m"))
            reading.consume([])
            #expect(!reading.hasGenerated)
            reading.consume("{".bytes)
            #expect(reading.hasGenerated)
        }
    }

    @Test("audio, images, reasoning and labels are no text")
    func characters() {
        let delta = { (members: String) in #"{"choices":[{"index":0,"delta":{\#(members)}}]}"# }
        let summary = Reading().stream([
            delta(#""role":"assistant","content":"ab""#), delta(#""reasoning_content":"thinking hard""#),
            delta(#""audio":{"id":"x","data":"AAAAAAAA","transcript":"cd"}"#),
            delta(#""images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]"#),
            delta(#""annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example"}}]"#),
        ])
        #expect(summary.generatedCharacters == 4)
    }

    @Test("several images of one stream are counted, and their tokens not guessed")
    func images() {
        let image =
            #"{"type":"image_generation.completed","b64_json":"AA","size":"1024x1024","quality":"low","usage":{"input_tokens":5,"output_tokens":272,"total_tokens":277}}"#
        var request = Quote(route: "/images/generations", model: "gpt-image-1", choices: 2)
        request.meters = [Usage.Meter(.image, count: 2)]
        var reading = OpenAIMeter().reading(of: Calls.head(200, "text/event-stream"), to: request)
        reading.consume(Reading.stream([image], done: false).bytes)
        #expect(!reading.summary().isComplete)
        #expect(reading.summary().usage?.tokens?.imageOutput == 272)
        reading.consume(Reading.stream([image], done: false).bytes)
        #expect(reading.summary().isComplete)
        #expect(reading.summary().usage?.tokens?.partition() == nil)
        #expect(reading.summary().usage?.meters == [Usage.Meter(.image, variant: "low/1024x1024", count: 2)])
    }
}
