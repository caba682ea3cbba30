#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway
@testable import PennyweightMiddleware

/// One body of tests, at three depths.
@Suite struct GatewayTests {
    @Test("a completion passes both ways untouched, and says what it cost", arguments: Depth.allCases)
    func completion(depth: Depth) async throws {
        try await depth.run([.custom(priced(#"{"id":"c","choices":[]}"#))]) { client, upstream in
            let answer = try await client.post(
                "/openai/v1/chat/completions", question,
                [.authorization: "Bearer abc", HTTPField.Name("x-pennyweight-tags")!: "team=search"])
            #expect(answer.status == .ok)
            #expect(answer.text == #"{"id":"c","choices":[]}"#)
            #expect(answer["content-type"] == "application/json")
            #expect(answer["x-request-id"] == upstream.contexts.first?.id.description)
            #expect(answer["x-pennyweight-cost"] == "0.000165")
            #expect(answer["x-pennyweight-cost-status"] == "exact")
            #expect(answer["x-pennyweight-saved"] == "0")
            #expect(answer["x-pennyweight-provider"] == "scripted")
            #expect(answer["x-pennyweight-model"] == "m-2026")
            #expect(answer["x-pennyweight-attempts"] == "1")
            let request = try #require(upstream.requests.first)
            #expect(request.head.path == "/chat/completions")
            #expect(request.body.bytes == Array(question.utf8))
            #expect(request.head.headerFields[.authorization] == nil)
            let context = try #require(upstream.contexts.first)
            #expect(context[KeyLabel.self] == "key-ba7816bf")
            #expect(context.tags == ["team": "search"])
            #expect(context.deadline != nil)
        }
    }

    @Test("a stream passes event by event, and ends with what it cost", arguments: Depth.allCases)
    func stream(depth: Depth) async throws {
        let chunks = ["data: {\"a\":", "1}\n\ndata: {\"a\":2}\n\n", "data: [DONE]\n\n"]
        try await depth.run([.custom(priced(chunks: chunks))]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(answer.status == .ok)
            #expect(answer["content-type"] == "text/event-stream")
            #expect(answer["x-request-id"] != nil)
            #expect(answer["x-pennyweight-cost"] == nil)
            #expect(
                answer.text.hasPrefix("data: {\"a\":1}\n\ndata: {\"a\":2}\n\n: x-pennyweight-attempts: 1\n"))
            #expect(answer.text.contains("\n: x-pennyweight-cost: 0.000165\n"))
            #expect(answer.text.hasSuffix("\n\ndata: [DONE]\n\n"))
        }
    }

    @Test("a cut stream ends with an error event, and without [DONE]", arguments: Depth.allCases)
    func cutStream(depth: Depth) async throws {
        let body: @Sendable () -> any BodyReader = {
            ScriptedReader([
                .chunk(Array("data: 1\n\nda".utf8)), .fail(Failure(.connectionLost, "It broke.")),
            ])
        }
        try await depth.run([.body(200, headers: [.contentType: "text/event-stream"], body)]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(answer.text.hasPrefix("data: 1\n\ndata: {\"error\":{\"message\":\"It broke.\""))
            #expect(!answer.text.contains("[DONE]"))
        }
    }

    @Test("a hit says so, and what it saved", arguments: Depth.allCases)
    func hit(depth: Depth) async throws {
        let step = ScriptedTransport.Step.custom { _, _ in
            var response = Response(.ok, body: Body("{}"))
            response.head.headerFields[HTTPField.Name("x-ratelimit-limit-requests")!] = "1"
            response.facts.attempts = 0
            response.facts[ReceiptFact.self] = Receipt(
                .init(
                    cost: .nothing, saved: .exact(Money(picos: 1_500_000_000_000)), provider: "p", model: "m")
            )
            response.facts[CacheFact.self] = CacheOutcome(
                .hit, age: .seconds(61), remaining: .seconds(30), wasForwarded: false)
            return response
        }
        try await depth.run([step]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(answer["x-pennyweight-cost"] == "0")
            #expect(answer["x-pennyweight-saved"] == "1.5")
            #expect(answer["x-pennyweight-attempts"] == "0")
            #expect(answer["cache-status"] == "Pennyweight; hit; ttl=30")
            #expect(answer["age"] == "61")
            #expect(answer["x-ratelimit-limit-requests"] == nil)
        }
    }

    @Test("a miss says that it is stored only if it is", arguments: Storing.Result.allCases)
    func stored(result: Storing.Result) async throws {
        let step = ScriptedTransport.Step.custom { _, _ in
            let storing = Storing()
            var response = Response(.ok, body: Body("{}"))
            response.body = try response.body.watched(
                onChunk: { _ in }, onEnd: { _ in storing.report(result) })
            response.facts[CacheFact.self] = CacheOutcome(.miss(.absent), storing: storing)
            return response
        }
        try await Depth.router.run([step]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(
                answer["cache-status"] == "Pennyweight; fwd=uri-miss" + (result == .stored ? "; stored" : ""))
        }
    }

    @Test("embeddings and images pass too", arguments: Depth.allCases)
    func otherCommands(depth: Depth) async throws {
        try await depth.run([.answer(200, "{}"), .answer(200, "{}")]) { client, upstream in
            let embedding = try await client.post("/v1/embeddings", #"{"model":"m","input":"x"}"#)
            #expect(embedding.status == .ok)
            let image = try await client.post("/openai/v1/images/generations", #"{"prompt":"x"}"#)
            #expect(image.status == .ok)
            #expect(upstream.requests.map(\.path) == ["/embeddings", "/images/generations"])
        }
    }

    @Test("models come from the provider, in OpenAI's shape", arguments: Depth.allCases)
    func models(depth: Depth) async throws {
        let steps: [ScriptedTransport.Step] = [
            .answer(200, #"{"data":[{"id":"a/b"}]}"#), .answer(200, #"{"id":"a/b"}"#),
            .answer(
                404,
                #"{"error":{"message":"gone","type":"x","param":"model","code":"model_not_found"}}"#
            ),
            .answer(200, "<html>"),
        ]
        try await depth.run(steps) { client, upstream in
            #expect(try await client.get("/v1/models").text.contains(#""object":"list""#))
            #expect(try await client.get("/v1/models/a%2Fb").text.contains(#""owned_by":"scripted""#))
            #expect(upstream.requests.last?.head.path == "/models/a%2Fb")
            let missing = try await client.get("/openai/v1/models/ft:x/y")
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("model_not_found"))
            #expect(upstream.requests.last?.head.path == "/models/ft:x/y")
            #expect(try await client.get("/v1/models").status == .badGateway)
        }
    }

    @Test("health is the process's, readiness is told by what is handed in", arguments: Depth.allCases)
    func health(depth: Depth) async throws {
        try await depth.run { client, _ in
            #expect(try await client.get("/healthz").text == "ok\n")
            #expect(try await client.get("/readyz").status == .ok)
            let head = try await client.execute(uri: "/healthz", method: .head) { $0 }
            #expect(head.status == .ok)
            #expect(head.text.isEmpty)
        }
        let readiness: @Sendable () async throws -> Void = {
            throw Failure(.ledgerUnavailable, "The disk is full.")
        }
        try await depth.run(readiness: readiness) { client, _ in
            let answer = try await client.get("/readyz")
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.text.contains("The disk is full."))
        }
    }

    /// An answer in one piece whose receipt is issued when its body has been read.
    private func priced(_ text: String) -> @Sendable (Request, Context) async throws -> Response {
        { _, _ in try answer(Body(text), contentType: "application/json") }
    }

    private func priced(chunks: [String]) -> @Sendable (Request, Context) async throws -> Response {
        { _, _ in try answer(Body(once: ScriptedReader(chunks: chunks)), contentType: "text/event-stream") }
    }
}

private func answer(_ body: Body, contentType: String) throws -> Response {
    let receipt = Receipt()
    let watched = try body.watched(
        onChunk: { _ in },
        onEnd: { _ in
            receipt.issue(
                .init(cost: .exact(Money(picos: 165_000_000)), provider: "scripted", model: "m-2026"))
        })
    var facts = Facts()
    facts[ReceiptFact.self] = receipt
    let head = HTTPResponse(status: .ok, headerFields: [.contentType: contentType])
    return Response(head: head, body: watched, facts: facts)
}
#endif
