import HTTPTypes
import Logging
import Metrics
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@testable import PennyweightOpenAI

@Suite("Answers to forms are stored")
struct FormCacheTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22
    private let random = SeededRandom(seed: 70_201)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func pipeline(
        _ upstream: ScriptedTransport, edit: (inout CachePolicy) -> Void = { _ in }
    ) throws -> Pipeline {
        var stages = StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key")),
            ledger: MemoryLedger(limit: 100), cache: MemoryCache(limitBytes: 1 << 20),
            prices: try PriceBook.shipped(), time: time, random: random,
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: logger)
        stages.media = .init(store: MemoryMedia(limitBytes: 1 << 20))
        edit(&stages.policies.cache)
        return stages.pipeline(to: upstream)
    }

    private func send(
        _ pipeline: Pipeline, _ parts: String..., route: String = "/audio/transcriptions",
        fields: HTTPFields = [:]
    ) async throws -> (status: String, text: String) {
        let boundary = "b\(random.next())"
        let body = parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
        var request = Request(.post, route, body: Body(body))
        request.head.headerFields = fields
        request.head.headerFields[.contentType] = "multipart/form-data; boundary=\(boundary)"
        let context = Context(id: SortableID(time: time, random: random), logger: logger)
        let response = try await pipeline.send(request, context: context)
        let text = String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self)
        return (response.facts[CacheFact.self]?.headerValue ?? "", text)
    }

    private func answer(_ type: String, _ text: String, declares: Bool = true) -> ScriptedTransport.Step {
        var headers: HTTPFields = [.contentType: type]
        if declares { headers[.contentLength] = "\(text.utf8.count)" }
        return .answer(200, text, headers: headers)
    }

    private let model = Forms.field("model", "whisper-1")
    private func sound(_ bytes: String, name: String = "a.mp3") -> String {
        Forms.file("file", bytes, fileName: name)
    }

    @Test(
        "the same recording is paid for once, whatever its boundary, order of parts and name; another isn't",
        arguments: [
            ("application/json", #"{"text":"hello"}"#), ("text/plain", "hello\n"),
            ("text/vtt; charset=utf-8", "WEBVTT\n"), ("application/x-subrip", "1\n"),
        ])
    func transcriptions(type: String, text: String) async throws {
        let upstream = ScriptedTransport([answer(type, text), answer(type, text + " ")])
        let pipeline = try pipeline(upstream)
        let first = try await send(pipeline, model, sound("abc"))
        #expect(first.status == "Pennyweight; fwd=uri-miss; stored", "\(first)")
        let second = try await send(pipeline, sound("abc", name: "b.mp3"), model)
        #expect(second.status.hasPrefix("Pennyweight; hit") && second.text == text, "\(second)")
        #expect(try await send(pipeline, model, sound("abd")).status.contains("fwd=uri-miss"))
        #expect(upstream.requests.count == 2)
    }

    @Test(
        "what is not proven whole, or is an error, is not stored",
        arguments: [
            ("text/plain", "half", false), ("text/plain", #"{"error":{}}"#, true),
            ("application/json", #"{"error":{"message":"no"}}"#, true), ("text/html", "<p>", true),
            ("application/json", #"{"text":1}"#, true),
        ])
    func unproven(type: String, text: String, declares: Bool) async throws {
        let step = answer(type, text, declares: declares)
        let upstream = ScriptedTransport([step, step])
        let pipeline = try pipeline(upstream)
        for _ in 0..<2 { _ = try await send(pipeline, model, sound("abc")) }
        #expect(upstream.requests.count == 2)
    }

    @Test("an edit that was asked for in one form is served in the other, from the one original")
    func bothForms() async throws {
        let within = answer("application/json", #"{"created":1,"data":[{"b64_json":"iVBORw0KGgo="}]}"#)
        let upstream = ScriptedTransport([within])
        let pipeline = try pipeline(upstream)
        let parts = [Forms.field("model", "dall-e-2"), Forms.file("image", "x")]
        let first = try await send(
            pipeline, parts[0], parts[1], Forms.field("response_format", "b64_json"), route: "/images/edits")
        #expect(first.status.hasSuffix("; stored"), "\(first)")
        let second = try await send(
            pipeline, Forms.field("response_format", "b64_json"), parts[1], parts[0], route: "/images/edits")
        #expect(second.status.hasPrefix("Pennyweight; hit"), "\(second)")
        #expect(second.text.contains("iVBORw0KGgo="))
        #expect(upstream.requests.count == 1)
    }

    @Test("a gpt-image model's form counts whole: it may refuse a 'response_format'") func tokenModels()
        async throws
    {
        let within = answer("application/json", #"{"created":1,"data":[{"b64_json":"iVBORw0KGgo="}]}"#)
        let refusal = ScriptedTransport.Step.answer(
            400, #"{"error":{"message":"no"}}"#, headers: [.contentType: "application/json"])
        let upstream = ScriptedTransport([within, refusal])
        let pipeline = try pipeline(upstream)
        let parts = [Forms.field("model", "gpt-image-1"), Forms.file("image", "x")]
        _ = try await send(pipeline, parts[0], parts[1], route: "/images/edits")
        _ = try await send(
            pipeline, parts[0], parts[1], Forms.field("response_format", "url"), route: "/images/edits")
        #expect(upstream.requests.count == 2)
    }

    @Test("images in the answer are stored; images at another host's address are not")
    func images() async throws {
        let within = answer("application/json", #"{"created":1,"data":[{"b64_json":"AA=="}]}"#)
        let away = answer("application/json", #"{"created":1,"data":[{"url":"https://x.test/1"}]}"#)
        for (step, count) in [(within, 1), (away, 2)] {
            let upstream = ScriptedTransport([step, step])
            let pipeline = try pipeline(upstream)
            for _ in 0..<2 {
                _ = try await send(
                    pipeline, Forms.field("prompt", "a cat"), Forms.file("image", "x"),
                    route: "/images/edits")
            }
            #expect(upstream.requests.count == count)
        }
    }

    @Test("fewer images than were asked for are not stored") func tooFew() async throws {
        let step = answer("application/json", #"{"created":1,"data":[{"b64_json":"AA=="}]}"#)
        let upstream = ScriptedTransport([step, step])
        let pipeline = try pipeline(upstream)
        for _ in 0..<2 {
            _ = try await send(
                pipeline, Forms.field("n", "2"), Forms.file("image", "x"), route: "/images/variations")
        }
        #expect(upstream.requests.count == 2)
    }

    @Test("a malformed form goes through uncached, and says why") func malformed() async throws {
        let step = answer("application/json", #"{"text":"hello"}"#)
        let upstream = ScriptedTransport([step, step])
        let pipeline = try pipeline(upstream)
        for _ in 0..<2 {
            let sent = try await send(pipeline, model, "Content-Disposition: form-data\r\n\r\nx")
            #expect(sent.status == "Pennyweight; fwd=bypass; detail=malformed-body")
        }
        #expect(upstream.requests.count == 2)
    }

    @Test("who shares answers across attribution leaves the user out") func attribution() async throws {
        let step = answer("application/json", #"{"created":1,"data":[{"b64_json":"AA=="}]}"#)
        for (ignores, count) in [(true, 1), (false, 2)] {
            let upstream = ScriptedTransport([step, step])
            let pipeline = try pipeline(upstream) { $0.defaults.ignoresAttribution = ignores }
            for user in ["one", "two"] {
                _ = try await send(
                    pipeline, Forms.field("user", user), Forms.file("image", "x"), route: "/images/edits")
            }
            #expect(upstream.requests.count == count)
        }
    }

    @Test("named parts are looked up by what they say, whatever the others do") func namedParts() async throws
    {
        let upstream = ScriptedTransport([answer("application/json", #"{"text":"hello"}"#)])
        let pipeline = try pipeline(upstream) { $0.defaults.match = .fields(["file"]) }
        _ = try await send(pipeline, model, sound("abc"))
        let second = try await send(pipeline, model, sound("abc"), Forms.field("prompt", "x"))
        #expect(second.status.contains("hit"))
        #expect(upstream.requests.count == 1)
    }
}
