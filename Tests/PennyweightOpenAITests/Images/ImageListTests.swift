import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite("Answers with images are stored with references to them")
struct ImageListTests {
    private let format = OpenAIFormat()
    private let first = Media(digest: MediaDigest(of: [1]), size: 1, type: .png)
    private let second = Media(digest: MediaDigest(of: [2]), size: 2, type: .other)

    private func question(_ body: String) -> Question? {
        format.question(in: Request(.post, "/images/generations", body: Body(body)))
    }

    private func stored(_ answer: String, isOriginal: Bool = true) throws -> StoredImageList {
        let list = try #require(ImageList(Array(answer.utf8), count: nil))
        let media = [StoredMedia(first), StoredMedia(second, source: "https://h/x")]
        return try #require(StoredImageList(list.stored(with: media, isOriginal: isOriginal)))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("filled in the original form an answer is what it was, byte by byte")
    func same() throws {
        let answers = [
            #"{"created":1,"data":[{"b64_json":"AQ=="},{"b64_json":"Ag=="}],"usage":{"input_tokens":3}}"#,
            "{ \"data\" : [ {\"x\" : 1.50, \"b64_json\":\"AQ==\" , \"url\":null},\n{\"b64_json\":\"Ag==\"}] , \"new\":{\"a\":[]}}",
        ]
        for answer in answers {
            let list = try stored(answer)
            #expect(list.originalForm == .base64)
            #expect(text(list.filled(with: [Array("AQ==".utf8), Array("Ag==".utf8)], as: .base64)) == answer)
        }
        let urls = #"{"data":[{"url":"https://a/1","revised_prompt":"é"},{"url":"https://a/2"}]}"#
        let list = try stored(urls)
        #expect(list.originalForm == .url)
        #expect(list.media.map(\.source) == [nil, "https://h/x"])
        let filled = list.filled(with: [Array("https://a/1".utf8), Array("https://a/2".utf8)], as: .url)
        #expect(text(filled) == urls)
    }

    @Test("the other form has the other name, and no other change")
    func other() throws {
        let answer = #"{"data":[{"b64_json":"AQ==","url":null,"k":1},{"url":null,"b64_json":"Ag=="}]}"#
        let filled = try stored(answer).filled(
            with: [Array("http://h/\"1".utf8), Array("http://h/2".utf8)], as: .url)
        #expect(text(filled) == #"{"data":[{"url":"http://h/\"1","k":1},{"url":"http://h/2"}]}"#)
    }

    @Test("what the caller asked for is not taken for the provider's choice")
    func originalForm() throws {
        let answer = #"{"data":[{"b64_json":"AQ=="},{"b64_json":"Ag=="}]}"#
        #expect(try stored(answer, isOriginal: false).originalForm == nil)
    }

    @Test(
        "an answer without all of its images, or in two forms, is not stored",
        arguments: [
            "", "{}", #"{"data":[]}"#, #"{"data":[{}]}"#, #"{"data":[{"b64_json":null}]}"#,
            #"{"data":[{"b64_json":"AQ==","url":"https://x/"}]}"#, #"{"data":[{"b64_json":7}]}"#,
            #"{"data":[{"b64_json":{"sha256":"00"}}]}"#, #"{"data":[{"b64_json":"A","b64_json":"B"}]}"#,
            #"{"data":[{"b64_json":"AQ=="},{"url":"https://x/"}]}"#, #"{"data":[{"b64_json":"AQ=="}"#,
            #"{"error":{"message":"x"},"data":[{"b64_json":"AQ=="}]}"#,
            #"{"data":[{"b64_json":"AQ=="}],"data":[{"b64_json":"AQ=="}]}"#,
        ])
    func incomplete(_ answer: String) {
        #expect(ImageList(Array(answer.utf8), count: nil) == nil)
    }

    @Test("as many images as were asked for make an answer complete")
    func count() throws {
        let answer = Array(#"{"data":[{"b64_json":"AQ=="}]}"#.utf8)
        let asked = try #require(question(#"{"model":"m","prompt":"x","n":2}"#))
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"])
        #expect(format.media(in: answer, head: head, to: asked) == nil)
        let one = try #require(question(#"{"model":"m","prompt":"x","n":null}"#))
        #expect(format.media(in: answer, head: head, to: one) != nil)
        let zipped = HTTPResponse(
            status: .ok, headerFields: [.contentType: "application/json", .contentEncoding: "gzip"])
        #expect(format.media(in: answer, head: zipped, to: one) == nil)
    }

    @Test("the form follows from model and request")
    func forms() {
        func form(_ model: String, _ more: String = "") -> MediaForm? {
            question(#"{"model":"\#(model)","prompt":"x"\#(more)}"#)?.media
        }
        #expect(form("dall-e-3") == .url)
        #expect(form("openai/dall-e-2", #","response_format":null"#) == .url)
        #expect(form("dall-e-3", #","response_format":"b64_json""#) == .base64)
        #expect(form("flux") == .original)
        #expect(form("flux", #","response_format":"url""#) == .url)
        #expect(form("flux", #","response_format":"webp""#) == nil)
        #expect(form("flux", #","response_format":1"#) == nil)
        for model in ["gpt-image-1", "chatgpt-image-latest", "openai/gpt-image-1.5"] {
            #expect(form(model) == .original)
            #expect(form(model, #","response_format":"url""#) == .original)
        }
        #expect(form("gpt-image-1", #","stream":true"#) == nil)
        #expect(form("gpt-image-1", #","stream":false"#) == .original)
        #expect(form("flux", #","n":"2""#) == nil)
        #expect(question(#"{"model":"flux"}"#) == nil)
        #expect(question(#"{"prompt":"x"}"#) == nil)
    }

    @Test("response_format is off the key, but for models that don't know it")
    func fields() {
        let images = question(#"{"model":"flux","prompt":"x"}"#)?.fields
        #expect(images?.name == "images/1" && images?.omitted == ["response_format", "stream"])
        #expect(question(#"{"model":"gpt-image-1","prompt":"x"}"#)?.fields.omitted == ["stream"])
    }
}
