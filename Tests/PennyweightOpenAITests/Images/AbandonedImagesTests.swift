import HTTPTypes
import Logging
import Metrics
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@Suite("Images whose caller has gone", .timeLimit(.minutes(5)))
struct AbandonedImagesTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

    private func request(_ form: String) -> Request {
        Request(
            .post, "/images/generations",
            body: Body(#"{"model":"dall-e-3","prompt":"x","response_format":"\#(form)"}"#))
    }

    private func stages() throws -> StandardStages {
        var stages = StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key")),
            ledger: MemoryLedger(limit: 1_000), cache: MemoryCache(limitBytes: 1 << 20),
            prices: try PriceBook.shipped(), time: time, random: SeededRandom(seed: 1),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: logger)
        stages.media = .init(store: MemoryMedia(limitBytes: 1 << 20))
        return stages
    }

    @Test("what was paid for is kept, although its caller has left while it was fetched")
    func abandoned() async throws {
        let (began, gate) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let upstream = ScriptedTransport([
            .answer(
                200, #"{"created":1,"data":[{"url":"https://example.test/i.png"}]}"#,
                headers: [.contentType: "application/json"]),
            .custom { request, _ in
                #expect(request.head.path == "/i.png")
                #expect(request.head.headerFields[.authorization] == nil)
                began.continuation.finish()
                for await _ in gate.stream {}
                return Response(.ok, body: Body(Self.png))
            },
        ])
        let stages = try stages()
        let pipeline = stages.pipeline(to: upstream)
        let caller = Task { try await pipeline.send(request("url"), context: Calls.context()) }
        for await _ in began.stream {}
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        gate.continuation.finish()
        await stages.finish(within: .seconds(10))
        let second = try await pipeline.send(request("b64_json"), context: Calls.context())
        #expect(second.facts[CacheFact.self]?.status == .hit)
        #expect(try await Calls.text(second.body).contains("\"b64_json\":\"iVBORw0KGg"))
        #expect(upstream.requests.count == 2)
    }

    @Test(
        "without a place for images, or where answers are sealed, they pass and nothing is fetched",
        arguments: [false, true])
    func noPlace(isSealed: Bool) async throws {
        let answer = #"{"created":1,"data":[{"url":"https://example.test/i.png"}]}"#
        let step = ScriptedTransport.Step.answer(
            200, answer, headers: [.contentType: "application/json"])
        let upstream = ScriptedTransport([step, step])
        var stages = try stages()
        if isSealed { stages.policies.cache.encryption = .credential } else { stages.media = nil }
        let pipeline = stages.pipeline(to: upstream)
        for _ in 0..<2 {
            let response = try await pipeline.send(request("url"), context: Calls.context())
            #expect(
                response.facts[CacheFact.self]?.headerValue == "Pennyweight; fwd=bypass; detail=not-storable")
            #expect(try await Calls.text(response.body) == answer)
        }
        await stages.finish(within: .seconds(10))
    }
}
