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

/// One recorded exchange: what is asked, and what comes back.
struct RecordedExchange: Sendable, CustomTestStringConvertible {
    let route: String
    let question: String
    let answer: [UInt8]
    let contentType: String

    var isStream: Bool { contentType == "text/event-stream" }
    var testDescription: String { "\(route), \(isStream ? "stream" : "plain"), \(answer.count) bytes" }

    var request: Request { Request(.post, route, body: Body(question)) }

    /// The answer up to an offset, in two chunks, and then an end or a break.
    func step(upTo count: Int, breaks: Bool) -> ScriptedTransport.Step {
        let half = count / 2
        var steps = [answer[..<half], answer[half..<count]].filter { !$0.isEmpty }
            .map { ScriptedReader.Step.chunk(Array($0)) }
        if breaks { steps.append(.fail(Failure(.connectionLost, "The connection broke off."))) }
        let script = steps
        return .body(200, headers: [.contentType: contentType]) { ScriptedReader(script) }
    }

    private static let chat =
        #"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"#
        + #""assistant","content":"Gr\u00fc\u00df \"Gott\" ü","refusal":null},"logprobs":null,"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#
    private static let completion =
        #"{"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"text":"Once [upon","index":0,"#
        + #""logprobs":null,"finish_reason":"length"}],"usage":{"total_tokens":3}}"#
    private static let response =
        #"{"id":"r","object":"response","created_at":1,"status":"completed","error":null,"model":"m","output":["#
        + #"{"id":"m1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","#
        + #""annotations":[],"logprobs":[],"text":"A }."}]}],"usage":{"input_tokens":1,"output_tokens":2}}"#

    static let all: [RecordedExchange] = {
        let messages = #""messages":[{"role":"user","content":"hi"}]"#
        let usage = #""stream":true,"stream_options":{"include_usage":true}"#
        let streams = [
            ("/chat/completions", #"{"model":"m","n":2,\#(messages),\#(usage)}"#, Streams.two.bytes),
            ("/chat/completions", #"{"model":"m",\#(messages),"stream":true}"#, Streams.text.bytes),
            (
                "/completions", #"{"model":"m","prompt":"p","stream":true}"#,
                (try? CompletionUnfolding(completion.bytes).bytes) ?? []
            ),
            (
                "/responses", #"{"model":"m","input":"i","store":false,"stream":true}"#,
                (try? ResponseUnfolding(response.bytes).bytes) ?? []
            ),
        ].map {
            RecordedExchange(route: $0.0, question: $0.1, answer: $0.2, contentType: "text/event-stream")
        }
        let plain = [
            ("/chat/completions", #"{"model":"m",\#(messages)}"#, chat),
            ("/completions", #"{"model":"m","prompt":"p"}"#, completion),
            ("/responses", #"{"model":"m","input":"i","store":false}"#, response),
        ].map {
            RecordedExchange(
                route: $0.0, question: $0.1, answer: $0.2.bytes, contentType: "application/json")
        }
        return streams + plain
    }()
}

@Suite("An answer that is cut", .timeLimit(.minutes(5)))
struct CutEverywhereTests {
    private let time = ManualTime()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func pipeline(_ upstream: ScriptedTransport, _ store: MemoryCache) -> Pipeline {
        Pipeline(to: upstream) {
            UsageDisclosure()
            Cache(
                store: store, format: OpenAIFormat(), provider: "p", base: "b", ledger: nil, time: time,
                background: BackgroundTasks(limit: 16))
        }
    }

    private func isStored(_ exchange: RecordedExchange, in store: MemoryCache) async throws -> Bool {
        var request = exchange.request
        request.head.headerFields[.cacheControl] = "only-if-cached"
        return try await pipeline(ScriptedTransport([]), store).send(request, context: Calls.context()).status
            == .ok
    }

    /// What a caller sees: the bytes, and the error at their end.
    private func read(_ pipeline: Pipeline, _ request: Request) async throws -> (
        seen: [UInt8], failure: Failure?
    ) {
        var seen: [UInt8] = []
        do {
            // A break before the first byte may show here already.
            let reader = try await pipeline.send(request, context: Calls.context()).body.makeReader()
            while let chunk = try await reader.read() { seen += chunk }
            return (seen, nil)
        } catch let failure as Failure {
            return (seen, failure)
        }
    }

    @Test(
        "at any byte is not stored, and ends for the caller with an error, a stream after a whole event",
        arguments: RecordedExchange.all, [false, true])
    func everyByte(exchange: RecordedExchange, breaks: Bool) async throws {
        let store = MemoryCache(limitBytes: 1 << 20)
        let offsets = 0..<exchange.answer.count
        let upstream = ScriptedTransport(offsets.map { exchange.step(upTo: $0, breaks: breaks) })
        let pipeline = pipeline(upstream, store)
        for offset in offsets {
            // The last line feed ends an event that is whole already when it came as CR or LF before.
            let (seen, failure) = try await read(pipeline, exchange.request)
            #expect(failure?.code == .connectionLost, "at \(offset)")
            if exchange.isStream {
                #expect(seen.isEmpty || seen.suffix(2) == "\n\n".bytes[...], "at \(offset)")
                #expect(!String(decoding: seen, as: UTF8.self).contains("[DONE]"), "at \(offset)")
            } else {
                // A break that is known before the caller gets the head is its error at once.
                #expect(seen.isEmpty || seen == Array(exchange.answer[..<offset]), "at \(offset)")
            }
        }
        #expect(try await !isStored(exchange, in: store))
    }

    @Test(
        "nowhere is stored, and seen whole by the caller and by the next one", arguments: RecordedExchange.all
    )
    func whole(exchange: RecordedExchange) async throws {
        let store = MemoryCache(limitBytes: 1 << 20)
        let upstream = ScriptedTransport([exchange.step(upTo: exchange.answer.count, breaks: false)])
        let (seen, failure) = try await read(pipeline(upstream, store), exchange.request)
        #expect(failure == nil)
        #expect(!seen.isEmpty)
        #expect(try await isStored(exchange, in: store))
        let (again, problem) = try await read(pipeline(ScriptedTransport([]), store), exchange.request)
        #expect(problem == nil && !again.isEmpty)
    }

    @Test("behind all stages", arguments: RecordedExchange.all)
    func allStages(exchange: RecordedExchange) async throws {
        let store = MemoryCache(limitBytes: 1 << 20)
        let ledger = MemoryLedger(limit: 10_000)
        var stages = StandardStages(
            provider: .init(
                name: "p", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key")),
            ledger: ledger, cache: store, prices: try PriceBook.shipped(), time: time,
            random: SeededRandom(seed: 1), metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(),
            logger: logger)
        stages.policies.drain = nil
        let offsets = Array(stride(from: 0, to: exchange.answer.count, by: 41))
        let upstream = ScriptedTransport(offsets.map { exchange.step(upTo: $0, breaks: $0 % 2 == 0) })
        let pipeline = stages.pipeline(to: upstream)
        for (number, _) in offsets.enumerated() {
            let context = Context(id: SortableID(high: 7, low: UInt64(number)), logger: logger)
            let reader = try await pipeline.send(exchange.request, context: context).body.makeReader()
            await #expect(throws: Failure.self) { while try await reader.read() != nil {} }
        }
        #expect(upstream.requests.count == offsets.count)
        #expect(try await !isStored(exchange, in: store))
    }

    @Test("an error event of the provider ends a stream as it is")
    func errorEvent() async throws {
        let exchange = RecordedExchange(
            route: "/chat/completions", question: RecordedExchange.all[0].question,
            answer: Streams.errorEvent.bytes, contentType: "text/event-stream")
        let store = MemoryCache(limitBytes: 1 << 20)
        let upstream = ScriptedTransport([exchange.step(upTo: exchange.answer.count, breaks: false)])
        let (seen, failure) = try await read(pipeline(upstream, store), exchange.request)
        #expect(failure == nil)
        #expect(seen == exchange.answer)
        #expect(try await !isStored(exchange, in: store))
    }

    @Test("on another route, compressed, or an error status, an answer passes as it is")
    func others() async throws {
        let half = "{\"a\":".bytes
        for (route, status, headers) in [
            ("/embeddings", 200, [.contentType: "application/json"] as HTTPFields),
            ("/chat/completions", 500, [.contentType: "application/json"]),
            ("/chat/completions", 200, [.contentType: "application/json", .contentEncoding: "gzip"]),
            ("/chat/completions", 200, [.contentType: "text/plain"]),
        ] {
            let upstream = ScriptedTransport([
                .body(status, headers: headers) { ScriptedReader([.chunk(half)]) }
            ])
            let request = Request(.post, route, body: Body(RecordedExchange.all[4].question))
            let (seen, failure) = try await read(
                pipeline(upstream, MemoryCache(limitBytes: 1 << 20)), request)
            #expect(failure == nil && seen == half)
        }
    }
}
