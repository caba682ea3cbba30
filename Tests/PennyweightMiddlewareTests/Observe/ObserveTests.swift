import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@Suite("Observe", .timeLimit(.minutes(5)))
struct ObserveTests {
    private let time = ManualTime()
    private let log = CapturedLog()
    private let metrics = ObservedMetrics()
    private let tracer = ObservedTracer()
    private let random = SeededRandom(seed: 3)

    private func pipeline(_ upstream: any Transport, _ inner: [any Middleware] = []) -> Pipeline {
        Pipeline(to: upstream) {
            Observe(time: time, metrics: metrics, tracer: tracer)
            inner
        }
    }

    private func context() -> Context {
        var context = Context(id: SortableID(time: time, random: random), logger: log.logger)
        context[RequestedModel.self] = "m"
        return context
    }

    private func chat() -> Request {
        var request = Request(.post, "/chat/completions?key=SECRET", body: Body(#"{"prompt":"PROMPT"}"#))
        request.head.headerFields[.authorization] = "Bearer SECRET"
        return request
    }

    private func metered(_ cost: Cost = .exact(Money(picos: 165_000_000))) -> [any Middleware] {
        [ReceiptStage(cost: cost)]
    }

    @Test("a complete answer has one line at the end of its body, with what it took and cost")
    func complete() async throws {
        let upstream = ScriptedTransport([
            .custom { [time] _, _ in
                time.advance(by: .milliseconds(20))
                return Response(.ok, body: Body(once: ScriptedReader(chunks: ["ANSWER", "!"])))
            }
        ])
        let context = context()
        let response = try await pipeline(upstream, metered()).send(chat(), context: context)
        let reader = try response.body.makeReader()
        time.advance(by: .milliseconds(30))
        _ = try await reader.read()
        time.advance(by: .milliseconds(50))
        _ = try await reader.read()
        #expect(log.lines.isEmpty)
        #expect(try await reader.read() == nil)
        #expect(try await reader.read() == nil)
        let line = try #require(log.lines.first)
        #expect(log.lines.count == 1)
        #expect(line.level == .info)
        #expect(line.message == "POST /chat/completions 200")
        #expect(
            line.metadata.mapValues { "\($0)" } == [
                "request-id": "\(context.id)", "method": "POST", "path": "/chat/completions",
                "ending": "complete",
                "duration-ms": "100", "first-byte-ms": "50", "bytes": "7", "cache": "none",
                "model": "m-2026-01-01",
                "provider": "scripted", "status": "200", "attempts": "1", "cost": "0.000165",
                "cost-status": "exact",
            ])
    }

    @Test("nothing of a request's or an answer's content or credentials is logged, counted or traced")
    func secrets() async throws {
        let upstream = ScriptedTransport([.answer(200, "ANSWER"), .fail(Failure(.connectionLost, "SECRET"))])
        let pipeline = pipeline(upstream)
        _ = try await pipeline.send(chat(), context: context()).body.collect(upTo: 99)
        _ = try? await pipeline.send(chat(), context: context())
        var attributes = ""
        func note(_ name: String, _ value: SpanAttribute) { attributes += "\(name)=\(value) " }
        for span in tracer.spans { span.attributes.forEach(note) }
        for text in ["\(log.lines)", metrics.names.joined(), attributes, "\(tracer.spans.map(\.name))"] {
            for secret in ["SECRET", "PROMPT", "ANSWER", "Bearer"] { #expect(!text.contains(secret)) }
        }
        #expect(log.lines.count == 2)
    }

    @Test(
        "the level follows the status",
        arguments: [
            (200, Logger.Level.info), (304, .info), (404, .notice), (429, .notice), (500, .warning),
            (529, .warning),
        ])
    func levels(status: Int, level: Logger.Level) async throws {
        _ = try await pipeline(ScriptedTransport([.answer(status, "{}")])).send(chat(), context: context())
            .body.collect(upTo: 99)
        #expect(log.lines.map(\.level) == [level])
    }

    @Test("a failure has one line with its code, and passes as it is")
    func failure() async throws {
        let pipeline = pipeline(ScriptedTransport([.fail(Failure(.connectionFailed, "refused"))]))
        let thrown = await #expect(throws: Failure.self) {
            try await pipeline.send(chat(), context: context())
        }
        #expect(thrown?.code == .connectionFailed)
        #expect(log.lines.map { $0["error"] } == ["connection_failed"])
        #expect(log.lines[0].level == .warning)
        #expect(log.lines[0]["status"] == nil)
        #expect(log.lines[0]["model"] == "m")
        #expect(tracer.spans[0].ended.statuses == ["connection_failed"])
    }

    @Test("an error of another kind is named by its type only")
    func otherError() async throws {
        struct Odd: Error { let text = "SECRET" }
        _ = try? await pipeline(ScriptedTransport([.fail(Odd())])).send(chat(), context: context())
        #expect(log.lines.map { $0["error"] } == ["Odd"])
    }

    @Test("a caller that leaves before there is an answer has one line")
    func cancelled() async throws {
        let upstream = ScriptedTransport([.hang])
        let pipeline = pipeline(upstream)
        let task = Task { try await pipeline.send(chat(), context: context()) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.lines.map { $0["ending"] } == ["cancelled"])
        #expect(log.lines[0].level == .notice)
    }

    @Test("a body that breaks off has one line with the reason")
    func broken() async throws {
        let upstream = ScriptedTransport([
            .body(200) { ScriptedReader([.chunk([1, 2]), .fail(Failure(.connectionLost, "cut"))]) }
        ])
        let response = try await pipeline(upstream).send(chat(), context: context())
        await #expect(throws: Failure.self) { try await response.body.collect(upTo: 99) }
        #expect(log.lines.map { $0["error"] } == ["connection_lost"])
        #expect(log.lines[0]["bytes"] == "2")
        #expect(log.lines[0]["status"] == "200")
        #expect(log.lines[0].level == .warning)
    }

    @Test(
        "a body that is dropped, cancelled or never read has one line",
        arguments: ["dropped", "cancelled", "unread"])
    func abandoned(how: String) async throws {
        let upstream = ScriptedTransport([.body(200) { ScriptedReader(chunks: ["a", "b"]) }])
        do {
            let response = try await pipeline(upstream, metered()).send(chat(), context: context())
            if how != "unread" {
                let reader = try response.body.makeReader()
                _ = try await reader.read()
                if how == "cancelled" {
                    reader.cancel()
                    reader.cancel()
                }
            }
        }
        #expect(log.lines.map { $0["ending"] } == ["abandoned"])
        #expect(log.lines[0].level == .notice)
        #expect(log.lines[0]["cost-status"] == "pending")
        #expect(log.lines[0]["cost"] == nil)
        #expect(tracer.spans[0].ended.ends.count == 1)
    }

    @Test("stages inside have ended when the line of an abandoned body is written")
    func insideFirst() async throws {
        struct Settles: Middleware {
            func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
                var response = try await next(request, context)
                let receipt = Receipt()
                response.facts[ReceiptFact.self] = receipt
                response.body = try response.body.watched { _ in
                } onEnd: { _ in
                    receipt.issue(.init(cost: .unknown(reason: "cut"), provider: "p", model: "m"))
                }
                return response
            }
        }
        let upstream = ScriptedTransport([.body(200) { ScriptedReader(chunks: ["a"]) }])
        _ = try await pipeline(upstream, [Settles()]).send(chat(), context: context())
        #expect(log.lines.map { $0["cost-status"] } == ["unknown"])
        #expect(log.lines[0]["cost"] == nil)
    }

    @Test("a caller who stops at the declared length has read it all")
    func knownLength() async throws {
        do {
            let response = try await pipeline(ScriptedTransport([.answer(200, "12345")])).send(
                chat(), context: context())
            _ = try await response.body.makeReader().read()
        }
        #expect(log.lines.map { $0["ending"] } == ["complete"])
    }

    @Test("a hit's line says so, and what it saved")
    func hit() async throws {
        let memory = MemoryCache(limitBytes: 1 << 20)
        let cache = Cache(
            store: memory, format: EventLineFormat(), provider: "scripted", base: "", ledger: nil, time: time,
            background: BackgroundTasks(limit: 4))
        let pipeline = pipeline(ScriptedTransport([.answer(200, "{}")]), [cache] + metered())
        for _ in 0..<2 {
            _ = try await pipeline.send(CacheScene.chat(), context: context()).body.collect(upTo: 99)
        }
        #expect(log.lines.map { $0["cache"] } == ["miss", "hit"])
        #expect(log.lines.map { $0["stored"] } == ["stored", nil])
        #expect(log.lines.map { $0["cache-detail"] } == ["absent", nil])
        #expect(log.lines.map { $0["attempts"] } == ["1", "0"])
        #expect(log.lines.map { $0["cost"] } == ["0.000165", "0"])
        #expect(log.lines.map { $0["saved"] } == [nil, "0.000165"])
        #expect(metrics["pennyweight.charged.picos{route=/chat/completions}"] == [165_000_000])
        #expect(metrics["pennyweight.saved.picos{route=/chat/completions}"] == [165_000_000])
        #expect(
            metrics["pennyweight.requests{route=/chat/completions,status=200,cache=hit,ending=complete}"] == [
                1
            ])
    }

    @Test("exchanges are counted and timed by route, status and cache outcome")
    func counts() async throws {
        let upstream = ScriptedTransport([
            .custom { [time] _, _ in
                time.advance(by: .milliseconds(7))
                return Response(.ok, body: Body("{}"))
            }
        ])
        _ = try await pipeline(upstream).send(Request(.get, "/models/gpt-4o"), context: context()).body
            .collect(upTo: 9)
        #expect(
            metrics.names == [
                "pennyweight.duration{route=/models/{id},cache=none}",
                "pennyweight.first_byte{route=/models/{id},cache=none}",
                "pennyweight.requests{route=/models/{id},status=200,cache=none,ending=complete}",
            ])
        #expect(metrics["pennyweight.duration{route=/models/{id},cache=none}"] == [7_000_000])
    }

    @Test(
        "an estimated or unknown cost is counted by its status, and never as an amount",
        arguments: [
            Cost.unknown(reason: "no price"), .estimated(lower: .zero, upper: Money(picos: 9), reason: "cut"),
        ])
    func inexact(cost: Cost) async throws {
        _ = try await pipeline(ScriptedTransport([.answer(200, "{}")]), metered(cost)).send(
            chat(), context: context()
        )
        .body.collect(upTo: 99)
        #expect(metrics["pennyweight.costs{route=/chat/completions,status=\(cost.status)}"] == [1])
        #expect(!metrics.names.contains { $0.contains("picos") })
        #expect(log.lines[0]["cost"] == (cost.status == "unknown" ? nil : "0..0.000000000009"))
    }

    @Test("made-up paths make no time series")
    func cardinality() async throws {
        for path in ["/x", "/models/a/b", "/models/", "/CHAT/completions", ""] {
            _ = try await pipeline(ScriptedTransport([.status(404)])).send(
                Request(.get, path), context: context())
        }
        #expect(
            metrics.names.filter { $0.contains("requests") }
                == ["pennyweight.requests{route=other,status=404,cache=none,ending=complete}"])
        #expect(log.lines.count == 5)
    }

    @Test("the span covers the body, is the parent of what runs inside, and follows the GenAI conventions")
    func span() async throws {
        let inner = ScriptedTransport([
            .custom { [tracer] _, _ in
                tracer.startSpan("inner").end()
                return Response(.ok, body: Body(once: ScriptedReader(chunks: ["x"])))
            }
        ])
        let start = UInt64(time.now().nanoseconds)
        let response = try await pipeline(inner, metered()).send(chat(), context: context())
        time.advance(by: .seconds(1))
        #expect(tracer.spans[0].ended.ends.isEmpty)
        _ = try await response.body.collect(upTo: 99)
        let span = tracer.spans[0]
        #expect(tracer.spans[1].parent == "chat m")
        #expect(span.name == "chat m")
        #expect(span.start == start)
        #expect(span.ended.ends == [start + 1_000_000_000])
        #expect(span.text("gen_ai.operation.name") == "chat")
        #expect(span.text("gen_ai.provider.name") == "scripted")
        #expect(span.text("gen_ai.request.model") == "m")
        #expect(span.text("gen_ai.response.model") == "m-2026-01-01")
        #expect(span.text("gen_ai.usage.input_tokens") == "3")
        #expect(span.text("gen_ai.usage.output_tokens") == "5")
        #expect(span.text("http.response.status_code") == "200")
        #expect(span.text("pennyweight.cost.usd") == "0.000165")
        #expect(span.ended.statuses.isEmpty)
    }
}
