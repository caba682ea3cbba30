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

@Suite("One admission point: no route passes a budget by")
struct BudgetRouteTests {
    private let ledger = MemoryLedger(limit: 100)

    /// Every route of OpenAI's API that makes a model work, and one that doesn't exist yet.
    private static let routes = [
        "/chat/completions", "/completions", "/responses", "/embeddings", "/images/generations",
        "/images/edits",
        "/images/variations", "/audio/speech", "/audio/transcriptions", "/audio/translations", "/videos",
        "/videos/video_1/remix", "/not/invented/yet", "/chat/completions?a=b",
    ]

    private func pipeline(_ budgets: [Budget], to upstream: ScriptedTransport) throws -> Pipeline {
        var stages = StandardStages(
            provider: .init(name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: nil),
            ledger: ledger, cache: MemoryCache(limitBytes: 1 << 20), prices: try PriceBook.shipped(),
            time: ManualTime(at: Timestamp(seconds: 1_795_305_600)), random: SeededRandom(seed: 1),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        stages.policies.callLimit = nil
        stages.policies.metering.budgets = budgets
        return stages.pipeline(to: upstream)
    }

    @Test("with nothing left, every route is refused, whatever its body is", arguments: routes)
    func refused(route: String) async throws {
        let upstream = ScriptedTransport([])
        let pipeline = try pipeline([Budget(name: "none", limit: .zero)], to: upstream)
        let bodies = [
            #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"max_tokens":5,"input":"i","prompt":"p"}"#,
            #"{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}],"input":"i","prompt":"p"}"#,
            "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o-mini\r\n--b--\r\n", "",
        ]
        for body in bodies {
            let failure = await #expect(throws: Failure.self, "\(route) \(body)") {
                try await pipeline.send(
                    Request(.post, route, body: Body(body)),
                    context: Context(id: SortableID(high: 1, low: 1), logger: Logger(label: "test")))
            }
            #expect([.overBudget, .unpriced].contains(failure?.code), "\(route) \(body)")
            #expect(failure?.wasNeverSent == true)
        }
        #expect(upstream.requests.isEmpty)
        #expect(ledger.openHolds.isEmpty && ledger.settlements.isEmpty)
    }

    @Test(
        "what costs nothing passes: looking things up",
        arguments: ["/models", "/models/gpt-4o", "/videos/video_1"])
    func free(route: String) async throws {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        let pipeline = try pipeline([Budget(name: "none", limit: .zero)], to: upstream)
        let response = try await pipeline.send(
            Request(.get, route),
            context: Context(id: SortableID(high: 1, low: 1), logger: Logger(label: "test")))
        #expect(response.status == .ok)
    }
}
