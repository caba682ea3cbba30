import HTTPTypes
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightOpenAI

@Suite("The cache key of forms")
struct FormKeyTests {
    private func question(
        _ body: [UInt8], _ type: String? = Forms.type, route: String = "/images/edits"
    ) -> Question? {
        var request = Request(.post, route, body: Body(body))
        request.head.headerFields[.contentType] = type
        return OpenAIFormat().question(in: request)
    }

    private func digest(_ body: [UInt8], _ type: String = Forms.type, route: String = "/images/edits") throws
        -> [UInt8]
    {
        let asked = try #require(question(body, type, route: route))
        let form = try #require(asked.form)
        return try form.get().digest()
    }

    @Test("every published form has the published text and digest, or is refused for the published reason")
    func vectors() throws {
        let blocks = try FormVectors().blocks
        #expect(blocks.count >= 20)
        for block in blocks {
            let policy = try #require(block["policy"])
            let isAudio = policy.hasPrefix("trans")
            let body = FormVectors.bytes("body", of: block)
            let form = MultipartForm(body, contentType: block["type"])
            do throws(CanonicalForm.Refusal) {
                guard let form else { throw .malformed }
                let parts = try form.canonical(in: body, keepsSuffix: isAudio)
                let omitted = block["omit"]?.split(separator: " ").map(String.init) ?? []
                #expect(
                    try parts.bytes(omitting: omitted) == FormVectors.bytes("canonical", of: block),
                    "\(block["name"] ?? "")")
                #expect(
                    FormVectors.hexadecimal(try parts.digest(omitting: omitted)) == block["sha256"],
                    "\(block["name"] ?? "")")
            } catch {
                #expect(error.rawValue == block["refused"], "\(block["name"] ?? "")")
            }
        }
    }

    @Test(
        "any value, file byte, name or media type changes the key; boundary, order and file names don't",
        arguments: [70_101, 70_102] as [UInt64])
    func property(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        for round in 0..<400 {
            let form = RandomForm(random)
            let (body, type) = form.spelt(random)
            let (again, otherType) = form.spelt(random)
            let key = try MultipartForm(body, contentType: type)?.canonical(in: body, keepsSuffix: false)
            let same = try MultipartForm(again, contentType: otherType)?
                .canonical(in: again, keepsSuffix: false)
            #expect(key != nil && key == same, "seed \(seed), round \(round)")
            let changed = form.changed(random)
            let (other, type2) = changed.spelt(random)
            let another = try MultipartForm(other, contentType: type2)?
                .canonical(in: other, keepsSuffix: false)
            #expect(
                try another?.digest() != key?.digest(), "seed \(seed), round \(round): \(form), \(changed)")
        }
    }

    @Test("the ending of a file's name counts for audio, and for nothing else") func suffixes() throws {
        func body(_ name: String) -> [UInt8] {
            Array(Forms.form(Forms.field("model", "m"), Forms.file("file", "x", fileName: name)).utf8)
        }
        for route in ["/audio/transcriptions", "/audio/translations"] {
            #expect(try digest(body("a.mp3"), route: route) == digest(body("b.c.mp3"), route: route))
            #expect(try digest(body("a.mp3"), route: route) != digest(body("a.wav"), route: route))
        }
        #expect(try digest(body("a.mp3")) == digest(body("b.wav")))
    }

    @Test("a form is a question with its model, count and policy, unless it wants a stream")
    func questions() throws {
        let fields = [Forms.field("model", "gpt-image-1"), Forms.field("n", "2")]
        let edit = try #require(question(Array(Forms.form(fields[0], fields[1]).utf8)))
        #expect(edit.model == "gpt-image-1" && edit.choiceCount == 2 && !edit.wantsStream)
        #expect(
            edit.fields.name == "image-edits/1" && edit.sharedFields?.omitted == ["user"])
        let sound = try #require(
            question(
                Array(Forms.form(Forms.field("model", "w"), Forms.field("temperature", "0.0")).utf8),
                route: "/audio/transcriptions"))
        #expect(sound.isDeterministic && sound.fields.name == "transcriptions/1")
        let stream = Forms.form(fields[0], Forms.field("stream", "true"))
        #expect(question(Array(stream.utf8)) == nil)
        #expect(question(Array("{}".utf8), "application/json") == nil)
        #expect(question(Array("{}".utf8), nil) == nil)
    }

    @Test("a form that can't be read, or says a model twice, has no key, and says why") func refusals() throws
    {
        let broken = Array(Forms.form(Forms.field("model", "m"), end: "").utf8)
        #expect(question(broken)?.form == .failure(.malformed))
        let twice = Forms.form(Forms.field("model", "a"), Forms.field("model", "b"))
        #expect(question(Array(twice.utf8))?.form == .failure(.duplicateName))
        let user = Forms.form(Forms.field("user", "a"), Forms.field("user", "b"))
        let asked = try #require(question(Array(user.utf8))?.form)
        let form = try asked.get()
        #expect(throws: CanonicalForm.Refusal.duplicateName) { try form.digest(omitting: ["user"]) }
    }
}
