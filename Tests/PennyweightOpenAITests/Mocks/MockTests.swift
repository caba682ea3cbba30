import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import Testing

@Suite("OpenAIFormat, made-up answers")
struct MockTests {
    private let format = OpenAIFormat()

    private func chat(_ more: String = "") -> Request {
        Calls.chat(#"{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]\#(more)}"#)
    }

    private func images(_ body: String) -> Request { Request(.post, "/images/generations", body: Body(body)) }

    private func root(_ response: Response?) throws -> JSONNode {
        try JSONDocument(try #require(response?.body.bytes)).root
    }

    @Test("a chat answer has the shape of a real one, and says that it is made up")
    func plain() throws {
        let response = try #require(format.mock(for: chat(#","n":2"#)))
        #expect(response.status == .ok)
        #expect(response.head.headerFields[.contentType] == "application/json")
        let root = try root(response)
        #expect(root["object"]?.string == "chat.completion")
        #expect(root["id"]?.string == "chatcmpl-mock")
        #expect(root["model"]?.string == "gpt-4o")
        #expect(root["usage"]?["total_tokens"]?.integer == 0)
        let choices = root["choices"]?.elements ?? []
        #expect(choices.map { $0["index"]?.integer } == [0, 1])
        #expect(choices.allSatisfy { $0["message"]?["content"]?.string == OpenAIFormat.mockText })
        #expect(choices.allSatisfy { $0["finish_reason"]?.string == "stop" })
    }

    @Test("a streamed one folds into the plain one")
    func streamed() throws {
        let request = chat(#","stream":true,"n":3"#)
        let stream = try #require(format.mock(for: request))
        #expect(stream.head.isEventStreamForTest)
        let question = try #require(format.question(in: request))
        var folding = format.folding(of: stream.head, to: question)
        folding.consume(try #require(stream.body.bytes))
        let finished = folding.finish()
        let folded = try #require(finished)
        let plain = try root(format.mock(for: chat(#","n":3"#)))
        let root = try JSONDocument(folded.body).root
        #expect(root["choices"].map { JSONValue($0) } == plain["choices"].map { JSONValue($0) })
    }

    private func post(_ route: String, _ body: String) -> Request { Request(.post, route, body: Body(body)) }

    @Test(
        "completions and responses are made up as well, and their streams fold into the plain ones",
        arguments: [
            ("/completions", #"{"model":"m","prompt":["a","b"],"n":2"#),
            ("/responses", #"{"model":"m","input":"hi","store":false"#),
        ])
    func otherTexts(route: String, body: String) throws {
        let plain = try #require(format.mock(for: post(route, body + "}")))
        let request = post(route, body + #","stream":true}"#)
        let stream = try #require(format.mock(for: request))
        #expect(stream.head.isEventStreamForTest)
        let question = try #require(format.question(in: request))
        var whole = format.folding(of: plain.head, to: question)
        whole.consume(try #require(plain.body.bytes))
        let kept = whole.finish()
        #expect(kept != nil, "a made-up answer is complete")
        var folding = format.folding(of: stream.head, to: question)
        folding.consume(try #require(stream.body.bytes))
        let finished = folding.finish()
        let folded = try JSONDocument(try #require(finished).body).root
        let member = route == "/responses" ? "output" : "choices"
        let made = try root(plain)
        #expect(folded[member].map { JSONValue($0) } == made[member].map { JSONValue($0) })
        #expect(String(decoding: plain.body.bytes ?? [], as: UTF8.self).contains(OpenAIFormat.mockText))
        #expect(format.mock(for: post(route, "{}")) == nil)
    }

    @Test("embeddings are unit vectors, one for each input, as numbers or packed")
    func embeddings() throws {
        let one = try root(
            format.mock(for: post("/embeddings", #"{"model":"text-embedding-3-small","input":"a"}"#)))
        #expect(one["data"]?.elements.count == 1)
        #expect(one["data"]?.elements[0]["embedding"]?.elements.count == 1_536)
        let two = try root(
            format.mock(for: post("/embeddings", #"{"model":"m","input":[[1,2],[3]],"dimensions":3}"#)))
        #expect(
            two["data"]?.elements.map { $0["embedding"]?.elements.map(\.integer) } == [
                [1, 0, 0], [1, 0, 0],
            ])
        let packed = try root(
            format.mock(
                for: post(
                    "/embeddings",
                    #"{"model":"m","input":[1,2],"dimensions":3,"encoding_format":"base64"}"#)))
        #expect(packed["data"]?.elements.map { $0["embedding"]?.string } == ["AACAPwAAAAAAAAAA"])
        for body in ["{}", #"{"model":"m","input":[]}"#, #"{"model":"m","input":"a","dimensions":0}"#] {
            #expect(format.mock(for: post("/embeddings", body)) == nil, "\(body)")
        }
    }

    @Test("the same request has the same answer each time")
    func stable() {
        #expect(format.mock(for: chat())?.body.bytes == format.mock(for: chat())?.body.bytes)
    }

    @Test("a caller who wants JSON gets an object", arguments: ["json_object", "json_schema"])
    func json(type: String) throws {
        let root = try root(format.mock(for: chat(#","response_format":{"type":"\#(type)"}"#)))
        #expect(root["choices"]?.elements.first?["message"]?["content"]?.string == "{}")
    }

    @Test(
        "images come as bytes or as a URL, as the model would give them",
        arguments: [
            (#"{"model":"gpt-image-1","prompt":"x","n":2}"#, "b64_json", 2),
            (#"{"model":"dall-e-3","prompt":"x"}"#, "url", 1), (#"{"prompt":"x"}"#, "url", 1),
            (#"{"model":"dall-e-3","prompt":"x","response_format":"b64_json"}"#, "b64_json", 1),
        ])
    func images(body: String, member: String, count: Int) throws {
        let data = try root(format.mock(for: images(body)))["data"]?.elements ?? []
        #expect(data.count == count)
        for image in data {
            let text = try #require(image[member]?.string)
            #expect(member == "url" ? text.hasPrefix("data:image/png;base64,iVBOR") : text.hasPrefix("iVBOR"))
            #expect(image.members.count == 1)
        }
    }

    @Test("for what no model would take, and for other routes, nothing is made up")
    func none() {
        #expect(format.mock(for: chat(#","n":0"#)) == nil)
        #expect(format.mock(for: chat(#","n":129"#)) == nil)
        #expect(format.mock(for: chat(#","n":9223372036854775807"#)) == nil)
        #expect(format.mock(for: Calls.chat("{")) == nil)
        #expect(format.mock(for: Calls.chat("")) == nil)
        #expect(format.mock(for: images(#"{"prompt":7}"#)) == nil)
        #expect(format.mock(for: images(#"{"prompt":"x","n":1000000000}"#)) == nil)
        #expect(format.mock(for: images(#"{"prompt":"x","stream":true}"#)) == nil)
        #expect(format.mock(for: Request(.post, "/embeddings", body: Body("{}"))) == nil)
        #expect(format.mock(for: Request(.get, "/chat/completions")) == nil)
    }

    @Test(
        "a refusal is an error in OpenAI's shape that says not to try again",
        arguments: [
            (CacheRefusal.notCached, 504, "not_cached", "only-if-cached"),
            (.recordingNotFound, 404, "recording_not_found", "x-pennyweight-replay"),
            (.mockUnavailable, 400, "mock_unavailable", "made up"),
        ])
    func refusals(refusal: CacheRefusal, status: Int, code: String, part: String) throws {
        let response = format.answer(to: refusal)
        #expect(response.status.code == status)
        #expect(response.head.headerFields[HTTPField.Name("x-should-retry")!] == "false")
        let error = try #require(try root(response)["error"])
        #expect(error["code"]?.string == code)
        #expect(error["type"]?.string == "invalid_request_error")
        #expect(error["message"]?.string?.contains(part) == true)
    }

    @Test("instructions for the cache are looked for where answers depend on the request alone")
    func instructions() {
        #expect(format.carriesInstructions(chat(#","store":true"#)))
        #expect(format.carriesInstructions(Request(.post, "/embeddings", body: Body("{}"))))
        #expect(!format.carriesInstructions(Request(.post, "/videos", body: Body("{}"))))
        #expect(!format.carriesInstructions(Request(.get, "/chat/completions")))
    }
}

extension HTTPResponse {
    fileprivate var isEventStreamForTest: Bool {
        headerFields[.contentType]?.hasPrefix("text/event-stream") == true
    }
}
