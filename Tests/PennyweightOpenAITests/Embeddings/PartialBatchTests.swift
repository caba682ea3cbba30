import HTTPTypes
import Logging
import Metrics
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@testable import PennyweightOpenAI

@Suite("A batch of which a part is stored")
struct PartialBatchTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22
    private let ledger = MemoryLedger(limit: 1_000)
    private let random = SeededRandom(seed: 70_301)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A provider that embeds whatever it is asked, under the model names of a script.
    private func provider(_ models: [String]) -> ScriptedTransport {
        ScriptedTransport(
            models.map { model in
                .custom { request, _ in
                    let root = try JSONDocument(request.body.bytes ?? []).root
                    let texts = root["input"]?.elements ?? []
                    let data = texts.indices.map {
                        #"{"object":"embedding","index":\#($0),"embedding":[\#(texts[$0].source.count)]}"#
                    }.joined(separator: ",")
                    let tokens = texts.count * 10
                    var response = Response(
                        .ok,
                        body: Body(
                            #"{"object":"list","data":[\#(data)],"model":"\#(model)","#
                                + #""usage":{"prompt_tokens":\#(tokens),"total_tokens":\#(tokens)}}"#))
                    response.head.headerFields[.contentType] = "application/json"
                    return response
                }
            })
    }

    private func pipeline(_ upstream: ScriptedTransport) throws -> Pipeline {
        StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key")),
            ledger: ledger, cache: MemoryCache(limitBytes: 1 << 20), prices: try PriceBook.shipped(),
            time: time, random: random, metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(),
            logger: logger
        ).pipeline(to: upstream)
    }

    private func embed(_ pipeline: Pipeline, _ texts: String...) async throws -> Response {
        let input = texts.map { #""\#($0)""# }.joined(separator: ",")
        let request = Request(
            .post, "/embeddings", body: Body(#"{"model":"text-embedding-3-small","input":[\#(input)]}"#))
        let context = Context(id: SortableID(time: time, random: random), logger: logger)
        var response = try await pipeline.send(request, context: context)
        response.body = Body(try await response.body.collect(upTo: 1 << 20))
        return response
    }

    private static let model = "text-embedding-3-small"

    @Test("what is served from the store is a saving of the same call, and counts neither as call nor as hit")
    func saving() async throws {
        let pipeline = try pipeline(provider([Self.model, Self.model, Self.model]))
        _ = try await embed(pipeline, "one")
        let paid = try #require(try await embed(pipeline, "one", "two").facts[ReceiptFact.self]?.statement)
        let saving = try #require(ledger.savings.first)
        #expect(ledger.savings.count == 1 && saving.source == .partial)
        #expect(saving.avoided == .exact(Money(picos: 10 * 20_000)))
        #expect(paid.cost == saving.avoided && paid.saved == saving.avoided, "one text sent, one stored")
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.calls == 2 && total.attempts == 2 && total.hits == 0)
        #expect(total.avoided == MoneyTotal(picos: 10 * 20_000))
        // All of it stored is a hit, as before.
        _ = try await embed(pipeline, "two", "one")
        #expect(ledger.savings.map(\.source) == [.partial, .hit])
    }

    @Test("a model that has changed behind its name is asked for the rest, as the next attempt of the call")
    func modelChange() async throws {
        let upstream = provider([Self.model, "text-embedding-3-large", "text-embedding-3-large"])
        let pipeline = try pipeline(upstream)
        _ = try await embed(pipeline, "one")
        let answer = try await embed(pipeline, "one", "three")
        #expect(answer.facts.attempts == 2)
        #expect(upstream.contexts.map(\.attempt) == [1, 1, 2])
        #expect(upstream.requests.count == 3)
        let root = try JSONDocument(answer.body.bytes ?? []).root
        #expect(root["model"]?.string == "text-embedding-3-large" && root["data"]?.elements.count == 2)
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.calls == 2 && total.attempts == 3)
        #expect(ledger.savings.isEmpty, "nothing that was stored was served")
        let paid = try #require(answer.facts[ReceiptFact.self]?.statement)
        // Both attempts, without the call before.
        let both = total.charged.picos - 10 * 20_000
        #expect(both > 0 && paid.cost.exactAmount?.picos == Int64(both))
    }

    @Test("a model that changes with each answer is asked for everything at once, and not for ever")
    func modelFlaps() async throws {
        let upstream = provider([Self.model, "a", "b", "c"])
        let pipeline = try pipeline(upstream)
        _ = try await embed(pipeline, "one")
        let answer = try await embed(pipeline, "one", "three")
        #expect(upstream.requests.count == 4)
        #expect(upstream.contexts.map(\.attempt) == [1, 1, 2, 3])
        let root = try JSONDocument(answer.body.bytes ?? []).root
        #expect(root["model"]?.string == "c" && root["data"]?.elements.count == 2)
        #expect(try await ledger.report(ReportQuery(by: .model)).total.calls == 2)
    }
}
