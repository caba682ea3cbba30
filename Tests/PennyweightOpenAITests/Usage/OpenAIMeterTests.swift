import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct OpenAIMeterTests {
    private let meter = OpenAIMeter()

    private func summary(
        _ text: String, contentType: String? = "application/json", route: String = "/chat/completions",
        pieces: [[UInt8]]? = nil, meter: OpenAIMeter = OpenAIMeter()
    ) -> UsageSummary {
        var reading = meter.reading(of: Calls.head(200, contentType), to: Quote(route: route, model: "m"))
        for piece in pieces ?? [text.bytes] { reading.consume(piece) }
        return reading.summary()
    }

    private func quote(_ json: String, _ path: String = "/chat/completions") throws -> Quote {
        try #require(meter.quote(Request(.post, path, body: Body(json))))
    }

    @Test("a chat request is bounded by its bytes and by what it allows")
    func chatQuote() throws {
        let json =
            #"""
            {"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":9,\#
            "n":3,"service_tier":"flex"}
            """#
        let quote = try quote(json)
        #expect(
            quote
                == Quote(
                    route: "/chat/completions", model: "m", inputTokens: Int64(json.utf8.count),
                    outputTokens: 27, choices: 3, serviceTier: "flex"))
        #expect(try self.quote(json.replacing(#""max_tokens":9,"#, with: "")).outputTokens == nil)
        #expect(
            try self.quote(json.replacing(#""max_tokens":9"#, with: #""max_tokens":9223372036854775807"#))
                .outputTokens == nil)
        #expect(try self.quote(json.replacing(#""n":3"#, with: #""n":"3""#)).outputTokens == nil)
    }

    @Test(
        "a prompt with more than text has no bound",
        arguments: [
            (#"{"content":[{"type":"text","text":"a"}]}"#, true), (#"{"content":null}"#, true),
            (#"{"content":[{"type":"image_url","image_url":{"url":"u"}}]}"#, false),
            (#"{"content":[{"type":"input_audio"}]}"#, false), (#"{"content":[{"type":"file"}]}"#, false),
            (#"{"content":[{}]}"#, false), (#"{"audio":{"id":"a"}}"#, false),
        ])
    func unboundedInput(message: String, isBounded: Bool) throws {
        #expect((try quote(#"{"model":"m","messages":[\#(message)]}"#).inputTokens != nil) == isBounded)
        #expect(
            try quote(#"{"model":"m","messages":[\#(message)],"web_search_options":{}}"#).inputTokens == nil)
    }

    @Test("every other POST is quoted with its model and no bounds; nothing else is quoted")
    func otherQuotes() throws {
        for path in ["/batches", "/responses/compact", "/never/heard/of"] {
            let expected = Quote(route: path, model: "m", isBounded: false)
            #expect(try quote(#"{"model":"m","input":"x"}"#, path) == expected)
        }
        #expect(try quote("junk", "/x") == Quote(route: "/x", model: "unknown", isBounded: false))
        #expect(
            try quote(#"{"model":5}"#, "/x?y=1") == Quote(route: "/x", model: "unknown", isBounded: false))
        for method in [HTTPRequest.Method.get, .delete, .head, .options] {
            #expect(meter.quote(Request(method, "/models")) == nil)
        }
    }

    @Test("a plain answer and a stream report the same usage", arguments: UInt64(1)...5)
    func sameUsage(seed: UInt64) throws {
        var folding = ChatFolding()
        folding.consume(Streams.text.bytes)
        let folded = folding.finish()
        let plain = summary(String(decoding: try #require(folded).body, as: UTF8.self))
        let streamed = summary(
            "", contentType: "text/event-stream", pieces: Splits.random(Streams.text.bytes, seed: seed))
        #expect(plain == streamed)
        #expect(streamed.usage?.tokens?.input == 9)
        #expect(streamed.usage?.tokens?.cachedInput == 0)
        #expect(streamed.usage?.tokens?.reasoning == 2)
        #expect(streamed.usage?.tokens?.audioOutput == nil)
        #expect(streamed.usage?.serviceTier == "default")
        #expect(streamed.usage?.raw == String(Streams.usage.dropFirst(9)).bytes)
        #expect(streamed.executedModel == "gpt-5-mini-2025-08-07")
        #expect(streamed.isComplete)
        #expect(streamed.generatedCharacters > 15)
    }

    @Test("all details are read, as parts of their totals")
    func details() {
        let tokens = summary(
            #"""
            {"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,\#
            "prompt_tokens_details":{"cached_tokens":10,"audio_tokens":20,\#
            "cache_write_tokens":30,"image_tokens":5},"completion_tokens_details":{\#
            "reasoning_tokens":7,"audio_tokens":8,"image_tokens":9}}}
            """#
        ).usage?.tokens
        var expected = TokenUsage(input: 100, output: 50)
        (expected.cachedInput, expected.audioInput, expected.cacheWrite, expected.imageInput) = (
            10, 20, 30, 5
        )
        (expected.reasoning, expected.audioOutput, expected.imageOutput) = (7, 8, 9)
        #expect(tokens == expected)
    }

    @Test("zero is zero and absent is absent")
    func zeroAndAbsent() {
        #expect(
            summary(#"{"usage":{"prompt_tokens":0,"completion_tokens":0}}"#).usage?.tokens
                == TokenUsage(input: 0, output: 0))
        #expect(summary(#"{"usage":{"prompt_tokens":5}}"#).usage?.tokens == TokenUsage(input: 5))
        #expect(
            summary(#"{"usage":{"prompt_tokens":5,"completion_tokens":null,"total_tokens":9}}"#).usage?.tokens
                == TokenUsage(input: 5))
        #expect(summary(#"{"usage":{"prompt_tokens":1.5}}"#).usage?.tokens == nil)
        #expect(summary(#"{"usage":{}}"#).usage == nil)
        #expect(summary(#"{"usage":null}"#).usage == nil)
        #expect(summary(#"{"choices":[]}"#).usage == nil)
    }

    @Test(
        "a report that contradicts itself, or has a count that is no integer, has no exact total",
        arguments: [
            #""prompt_tokens":5,"completion_tokens":10,"total_tokens":515"#,
            #""prompt_tokens":5,"completion_tokens":10,"total_tokens":14"#,
            #""prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807,"total_tokens":1"#,
            #""prompt_tokens":5,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":4.0}"#,
            #""prompt_tokens":5,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":"4"}"#,
            #""prompt_tokens":5,"completion_tokens":10,"completion_tokens_details":{"audio_tokens":1e1}"#,
        ])
    func contradiction(members: String) throws {
        let usage = try #require(summary("{\"usage\":{\(members)}}").usage)
        #expect(usage.tokens?.partition() == nil)
        #expect(usage.raw == "{\(members)}".bytes)
    }

    @Test("reasoning that is counted beside the output, and not in it, is part of it")
    func reasoningBesideOutput() {
        let tokens = summary(
            #"{"usage":{"prompt_tokens":5,"completion_tokens":10,"total_tokens":115,"#
                + #""completion_tokens_details":{"reasoning_tokens":100}}}"#,
            meter: OpenAIMeter(convention: .xAI)
        ).usage?.tokens
        #expect(tokens?.output == 110)
        #expect(tokens?.reasoning == 100)
    }

    @Test("an empty report takes nothing back")
    func emptyReport() {
        let stream =
            #"data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}"# + "\n\n"
            + "data: {\"choices\":[],\"usage\":{}}\n\n"
        #expect(summary(stream, contentType: "text/event-stream").usage?.tokens?.output == 2)
    }

    @Test("an embedding's output follows from its total")
    func embeddings() {
        let usage = summary(
            #"{"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}"#, route: "/embeddings"
        ).usage
        #expect(usage?.tokens == TokenUsage(input: 8, output: 0))
    }

    @Test("an image's tokens are images, broken down or not")
    func images() {
        let plain =
            #"""
            {"usage":{"input_tokens":50,"output_tokens":4160,"total_tokens":4210,\#
            "input_tokens_details":{"text_tokens":10,"image_tokens":40}}}
            """#
        let tokens = summary(plain, route: "/images/generations").usage?.tokens
        #expect(tokens?.imageInput == 40)
        #expect(tokens?.imageOutput == 4160)
        let broken = plain.replacing(
            "}}}", with: #"},"output_tokens_details":{"text_tokens":60,"image_tokens":4100}}}"#)
        #expect(summary(broken, route: "/images/edits").usage?.tokens?.imageOutput == 4100)
        #expect(summary(plain).usage?.tokens?.imageOutput == nil)
        let stream =
            """
            event: image_generation.completed\ndata: {\
            \"type\":\"image_generation.completed\",\"usage\":{\"input_tokens\":1,\
            \"output_tokens\":2}}\n\n
            """
        let streamed = summary(stream, contentType: "text/event-stream", route: "/images/generations")
        #expect(streamed.isComplete)
        #expect(streamed.usage?.tokens?.imageOutput == 2)
    }

    @Test("a response stream reports inside its last event")
    func responses() {
        let stream =
            """
            event: response.completed\ndata: {\"type\":\"response.completed\",\
            \"response\":{\"model\":\"r\",\"service_tier\":\"flex\",\"usage\":{\
            \"input_tokens\":3,\"input_tokens_details\":{\"cached_tokens\":1},\
            \"output_tokens\":2}}}\n\n
            """
        let summary = summary(stream, contentType: "text/event-stream", route: "/responses")
        #expect(summary.usage?.tokens?.cachedInput == 1)
        #expect(summary.usage?.serviceTier == "flex")
        #expect(summary.executedModel == "r")
        #expect(summary.isComplete)
    }

    @Test("a transcription by time is counted in seconds")
    func seconds() {
        let usage = summary(
            #"{"text":"a","usage":{"type":"duration","seconds":9}}"#, route: "/audio/transcriptions"
        ).usage
        #expect(usage?.meters == [Usage.Meter(.audioSecond, count: 9)])
        #expect(usage?.tokens == nil)
    }

    @Test("of cumulative reports the last stands, and null takes nothing back")
    func cumulative() {
        let stream = [1, 2, 5].map {
            #"data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":\#($0)}}"# + "\n\n"
        }.joined()
        let last = summary(
            stream + "data: {\"choices\":[],\"usage\":null}\n\n", contentType: "text/event-stream")
        #expect(last.usage?.tokens?.output == 5)
        #expect(!last.isComplete)
    }

    @Test("a tier in a later chunk than the usage counts")
    func lateTier() {
        let stream = "data: {\"usage\":{\"prompt_tokens\":1}}\n\ndata: {\"service_tier\":\"priority\"}\n\n"
        #expect(summary(stream, contentType: "text/event-stream").usage?.serviceTier == "priority")
    }

    @Test("what was generated before a cut is counted in characters")
    func characters() {
        let stream =
            Streams.chunk(Streams.choice(#"{"role":"assistant","content":"é\ud83d\ude00\n"}"#))
            + Streams.chunk(
                Streams.choice(
                    #"{"tool_calls":[{"index":0,"id":"xxxx","function":{"name":"ab","arguments":"{}"}}]}"#))
        let cut = summary(stream + "data: {", contentType: "text/event-stream; charset=utf-8")
        // The two halves of a surrogate pair count as two: an estimate may be a little high.
        #expect(cut.generatedCharacters == 8)
        #expect(!cut.isComplete)
        #expect(cut.usage == nil)
    }

    @Test("an answer that is no valid JSON is not complete")
    func incomplete() {
        #expect(summary(#"{"usage":{"prompt_tokens":1}"#) == UsageSummary())
        #expect(summary("") == UsageSummary())
    }

    @Test("beyond the limit nothing is known, and nothing is kept")
    func limits() {
        let small = OpenAIMeter(answerLimitBytes: 20, eventLimitBytes: 40)
        #expect(summary(#"{"usage":{"prompt_tokens":1}}"#, meter: small) == UsageSummary(endsWithBody: true))
        let stream =
            "data: {\"usage\":{\"prompt_tokens\":1}}\n\n" + "data: \(String(repeating: "x", count: 60))\n\n"
            + Streams.done
        let cut = summary(
            stream, contentType: "text/event-stream", pieces: Splits.single(stream.bytes), meter: small)
        #expect(cut.usage?.tokens?.input == 1)
        #expect(!cut.isComplete)
    }

    @Test("media report nothing and are complete when their body is")
    func media() {
        #expect(
            summary("RIFF", contentType: "audio/wav", route: "/audio/speech")
                == UsageSummary(endsWithBody: true))
    }

    @Test("a summary may be asked for at any time")
    func repeated() {
        var reading = meter.reading(of: Calls.head(200), to: Quote(route: "/chat/completions", model: "m"))
        reading.consume(#"{"usage":"#.bytes)
        #expect(reading.summary() == UsageSummary())
        reading.consume(#"{"prompt_tokens":1}}"#.bytes)
        #expect(reading.summary().usage?.tokens?.input == 1)
        #expect(reading.summary() == reading.summary())
    }
}
