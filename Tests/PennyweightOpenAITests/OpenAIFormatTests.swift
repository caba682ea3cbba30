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
        #expect(
            question
                == Question(
                    route: "/chat/completions", model: "m", wantsStream: true,
                    transportOnlyFields: ["stream", "stream_options"], choiceCount: 2))
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

    @Test("other routes and methods, and bodies that are not in memory, are no questions")
    func elsewhere() {
        #expect(question("{") == nil)
        #expect(format.question(in: Request(.get, "/models")) == nil)
        #expect(format.question(in: Request(.post, "/embeddings", body: Body(Self.chat))) == nil)
        #expect(format.question(in: Request(.get, "/chat/completions", body: Body(Self.chat))) == nil)
        let once = Request(.post, "/chat/completions", body: Body(once: ScriptedReader(chunks: [Self.chat])))
        #expect(format.question(in: once) == nil)
    }

    @Test("attribution is part of the question unless the policy says otherwise")
    func attribution() throws {
        let sharing = OpenAIFormat(sharesAcrossAttribution: true)
        #expect(
            sharing.question(in: Calls.chat(Self.chat))?.transportOnlyFields
                == ["stream", "stream_options", "user", "metadata", "safety_identifier"])
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
