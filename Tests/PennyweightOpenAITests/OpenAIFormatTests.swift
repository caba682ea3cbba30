import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightOpenAI

@Suite struct OpenAIFormatTests {
    private let format = OpenAIFormat()

    private func question(_ json: String) -> Question? { format.question(in: Calls.chat(json)) }

    private static let chat = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    private func with(_ member: String) -> String { #"{\#(member),"# + Self.chat.dropFirst() }

    @Test("a chat request is a question")
    func question() throws {
        let question = try #require(self.question(with(#""stream":true,"n":2"#)))
        #expect(question.route == "/chat/completions")
        #expect(question.model == "m")
        #expect(question.wantsStream)
        #expect(question.choiceCount == 2)
        #expect(try #require(self.question(with(#""store":false"#))).wantsStream == false)
    }

    @Test(
        "what has state, depends on more than itself, or is wrong is no question",
        arguments: [
            #""store":true"#, #""store":"x""#, #""web_search_options":{}"#, #""n":0"#, #""stream":"yes""#,
        ])
    func noQuestion(member: String) {
        #expect(question(with(member)) == nil)
        #expect(question(Self.chat.replacing(#""m""#, with: #""gpt-4o-search-preview""#)) == nil)
    }

    private func question(_ route: String, _ json: String) -> Question? {
        format.question(in: Request(.post, route, body: Body(json)))
    }

    @Test("a legacy completion is a question, for each prompt n times")
    func completions() throws {
        for (json, count) in [
            (#"{"model":"m","prompt":"a"}"#, 1), (#"{"model":"m","prompt":["a","b"],"n":3}"#, 6),
            (#"{"model":"m","prompt":[1,2,3]}"#, 1), (#"{"model":"m","prompt":[[1],[2]]}"#, 2),
            (#"{"model":"m"}"#, 1),
        ] {
            let question = try #require(self.question("/completions", json))
            #expect(question.choiceCount == count)
            #expect(question.fields.name == "completions/1" && !question.wantsStream)
            #expect(question.fields.omitted == ["stream", "stream_options"])
        }
        #expect(question("/completions", #"{"model":"m","stream":true}"#)?.wantsStream == true)
        for json in [#"{"model":"m","n":0}"#, "{}", #"{"model":""}"#, #"{"model":"m","stream":1}"#, "["] {
            #expect(question("/completions", json) == nil)
        }
    }

    @Test("a response is a question only if it leaves nothing behind and refers to nothing")
    func responses() throws {
        let stateless = #"{"model":"m","input":"hi","store":false"#
        let plain = try #require(question("/responses", stateless + "}"))
        #expect(plain.fields == FieldPolicy("responses/1", transportOnly: ["stream", "stream_options"]))
        #expect(plain.choiceCount == nil && !plain.wantsStream)
        let shared = plain.sharedFields?.omitted ?? plain.fields.omitted
        #expect(shared == ["stream", "stream_options"], "the answer repeats what says for whom it is")
        for member in [
            #""stream":true"#, #""background":false"#, #""previous_response_id":null"#, #""tools":[]"#,
            #""tools":[{"type":"function","name":"f"},{"type":"custom","name":"c"}]"#, #""prompt":null"#,
        ] {
            #expect(question("/responses", stateless + "," + member + "}") != nil, "\(member)")
        }
        for member in [
            #""background":true"#, #""previous_response_id":"resp_1""#, #""conversation":"conv_1""#,
            #""prompt":{"id":"p"}"#, #""tools":[{"type":"web_search"}]"#,
            #""tools":[{"type":"file_search"}]"#,
            #""tools":[{"type":"mcp"}]"#, #""tools":[{"type":"image_generation"}]"#, #""tools":{}"#,
            #""stream":"x""#,
            #""store":true"#,
        ] {
            #expect(question("/responses", stateless + "," + member + "}") == nil, "\(member)")
        }
        #expect(question("/responses", #"{"model":"m","input":"hi"}"#) == nil, "what says nothing is stored")
        #expect(
            question(
                "/responses", #"{"model":"m","store":false,"input":[{"type":"item_reference","id":"i"}]}"#)
                == nil)
    }

    @Test("other routes and methods, and bodies that are not in memory, are no questions")
    func elsewhere() {
        #expect(question("{") == nil)
        #expect(format.question(in: Request(.get, "/models")) == nil)
        #expect(format.question(in: Request(.post, "/embeddings", body: Body(Self.chat))) == nil)
        #expect(format.question(in: Request(.get, "/chat/completions", body: Body(Self.chat))) == nil)
        let once = Request(.post, "/chat/completions", body: Body(once: ScriptedReader(chunks: [Self.chat])))
        #expect(format.question(in: once) == nil)
    }

    @Test("attribution is told apart from what only says how the answer travels")
    func attribution() throws {
        let question = try #require(self.question(Self.chat))
        #expect(question.fields.omitted == ["stream", "stream_options"])
        #expect(
            question.sharedFields?.omitted
                == ["metadata", "prompt_cache_key", "safety_identifier", "stream", "stream_options", "user"])
    }

    @Test(
        "deterministic is temperature zero, however it is written, or a seed",
        arguments: [
            (#""temperature":0"#, true), (#""temperature":-0.0"#, true), (#""temperature":0e5"#, true),
            (#""temperature":0.01"#, false), (#""temperature":1e-9"#, false), (#""temperature":"0""#, false),
            (#""temperature":null"#, false), (#""seed":7"#, true), (#""seed":null"#, false),
            (#""x":0"#, false),
        ])
    func determinism(member: String, expected: Bool) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(member)}"#
        #expect(try #require(question(body)).isDeterministic == expected)
    }

    private func fold(_ text: String, _ head: HTTPResponse) throws -> FoldedAnswer? {
        var folding = format.folding(of: head, to: try #require(question(Self.chat)))
        folding.consume(text.bytes)
        return folding.finish()
    }

    @Test("a stream and a plain answer fold; errors and compressed answers don't")
    func folding() throws {
        let folded = try #require(try fold(Streams.text, Calls.head(200, "text/event-stream")))
        #expect(folded.contentType == "application/json")
        let plain = String(decoding: folded.body, as: UTF8.self)
        #expect(try fold(plain, Calls.head(200, "application/json; charset=utf-8")) == folded)
        #expect(try fold(plain, Calls.head(500, "application/json")) == nil)
        #expect(try fold(plain, Calls.head(200, "text/html")) == nil)
        #expect(
            try fold(Streams.two, Calls.head(200, "text/event-stream")) == nil, "one choice was asked for")
        var zipped = Calls.head(200, "application/json")
        zipped.headerFields[.contentEncoding] = "gzip"
        #expect(try fold(plain, zipped) == nil)
    }

    @Test("one entry serves both kinds of caller")
    func unfold() async throws {
        let folded = try #require(try fold(Streams.text, Calls.head(200, "text/event-stream")))
        let now = Timestamp(seconds: 0)
        var entry = CacheEntry(
            canonicalDigest: [], account: "a", route: "/chat/completions", model: "m", executedModel: nil,
            provider: "p",
            status: 200, contentType: folded.contentType, body: folded.body, usage: nil, cost: .nothing,
            storedAt: now,
            expiresAt: now)
        let plain = try format.unfold(entry, for: try #require(question(Self.chat)))
        #expect(plain.head.headerFields[.contentType] == "application/json")
        #expect(plain.body.bytes == folded.body)
        let stream = try format.unfold(entry, for: try #require(question(with(#""stream":true"#))))
        #expect(stream.head.headerFields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(try fold(await Calls.text(stream.body), stream.head) == folded)
        entry.body = "{}".bytes
        #expect(throws: Failure.self) {
            try format.unfold(entry, for: try #require(question(with(#""stream":true"#))))
        }
    }
}
