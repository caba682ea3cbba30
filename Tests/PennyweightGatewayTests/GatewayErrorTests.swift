#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightJSON
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

/// What is refused, and what goes wrong, at three depths: always OpenAI's shape, always with a request id.
@Suite struct GatewayErrorTests {
    /// Checks the shape that OpenAI's clients need, and gives the error's code.
    private func code(_ answer: TestResponse, _ status: HTTPResponse.Status) throws -> String? {
        #expect(answer.status == status)
        #expect(answer["x-request-id"].flatMap { SortableID($0) } != nil)
        #expect(answer["content-type"] == "application/json")
        let error = try #require(try JSONDocument(answer.text).root["error"])
        #expect(error["message"]?.string?.isEmpty == false)
        #expect(error["type"]?.kind == .string)
        #expect(error["param"] != nil)
        return error["code"]?.string
    }

    @Test("an unknown path is named", arguments: Depth.allCases)
    func unknownPath(depth: Depth) async throws {
        try await depth.run { client, upstream in
            for path in ["/v1/files", "/openai/v1/nothing?key=secret", "/", "/v1/models/../../admin"] {
                let answer = try await client.get(path)
                #expect(try code(answer, .notFound) == "unknown_url")
                #expect(answer.text.contains("GET \(path.prefix { $0 != "?" })"))
                #expect(!answer.text.contains("secret"))
            }
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test("a wrong method is told the right one", arguments: Depth.allCases)
    func wrongMethod(depth: Depth) async throws {
        try await depth.run { client, _ in
            let answer = try await client.get("/v1/chat/completions")
            #expect(try code(answer, .methodNotAllowed) == "method_not_allowed")
            #expect(answer["allow"] == "POST")
            let deletion = try await client.execute(uri: "/v1/models/m", method: .delete) { $0 }
            #expect(try code(deletion, .methodNotAllowed) == "method_not_allowed")
            #expect(deletion["allow"] == "GET")
            let head = try await client.execute(uri: "/v1/models", method: .head) { $0 }
            #expect(head.status == .methodNotAllowed)
            #expect(head.text.isEmpty)
        }
    }

    @Test("malformed JSON is told by its position", arguments: Depth.allCases)
    func malformed(depth: Depth) async throws {
        try await depth.run { client, upstream in
            let answer = try await client.post("/v1/chat/completions", "{\"model\":\n 'm'}")
            _ = try code(answer, .badRequest)
            #expect(answer.text.contains("line 2, column 2"))
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test("a body over the limit is refused, one at the limit is not", arguments: Depth.allCases)
    func tooLarge(depth: Depth) async throws {
        var limits = GatewayConfiguration.Limits()
        limits.requestBytes = 200_000
        try await depth.run([.answer(200, "{}")], limits: limits) { client, upstream in
            let frame = #"{"model":"m","messages":[{"role":"user","content":""}]}"#
            let room = String(repeating: "x", count: 200_000 - frame.utf8.count)
            let fits = #"{"model":"m","messages":[{"role":"user","content":"\#(room)"}]}"#
            #expect(try await client.post("/v1/chat/completions", fits).status == .ok)
            let answer = try await client.post("/v1/chat/completions", fits + " ")
            #expect(try code(answer, .contentTooLarge) == "body_too_large")
            #expect(answer.text.contains("200000"))
            #expect(upstream.requests.count == 1)
        }
    }

    @Test("any content type is read as JSON, but a form with parts is not", arguments: Depth.allCases)
    func contentTypes(depth: Depth) async throws {
        try await depth.run([.answer(200, "{}")]) { client, upstream in
            let path = "/v1/chat/completions"
            let curl = try await client.post(
                path, question, [.contentType: "application/x-www-form-urlencoded"])
            #expect(curl.status == .ok)
            #expect(upstream.requests.last?.head.headerFields[.contentType] == "application/json")
            let form = try await client.post(path, "--x--", [.contentType: "multipart/form-data; boundary=x"])
            #expect(try code(form, .unsupportedMediaType) == "unsupported_content_type")
        }
    }

    @Test("tags that can't be kept are refused before anything is spent", arguments: Depth.allCases)
    func tags(depth: Depth) async throws {
        try await depth.run { client, upstream in
            let answer = try await client.post(
                "/v1/chat/completions", question, [HTTPField.Name("x-pennyweight-tags")!: "no value"])
            _ = try code(answer, .badRequest)
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test(
        "a provider's error keeps its status and its advice, and loses its cookies", arguments: Depth.allCases
    )
    func providerError(depth: Depth) async throws {
        let fields: HTTPFields = [
            .retryAfter: "7", HTTPField.Name("retry-after-ms")!: "6500",
            HTTPField.Name("x-should-retry")!: "false",
            .setCookie: "a=b", HTTPField.Name("x-request-id")!: "theirs", .contentType: "application/json",
        ]
        let text =
            #"{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#
        try await depth.run([.answer(429, text, headers: fields)]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(try code(answer, .tooManyRequests) == "rate_limit_exceeded")
            #expect(answer.text == text)
            #expect(answer["retry-after"] == "7")
            #expect(answer["retry-after-ms"] == "6500")
            #expect(answer["x-should-retry"] == "false")
            #expect(answer["set-cookie"] == nil)
        }
    }

    @Test("a page, a plain text and a redirect become errors in OpenAI's shape", arguments: Depth.allCases)
    func foreignErrors(depth: Depth) async throws {
        let steps: [ScriptedTransport.Step] = [
            .answer(502, "<html><title>Bad gateway</title></html>", headers: [.contentType: "text/html"]),
            .answer(500, "", headers: [.contentType: "text/event-stream"]),
            .answer(302, "", headers: [.location: "https://example.com/"]),
        ]
        try await depth.run(steps) { client, _ in
            for status in [HTTPResponse.Status.badGateway, .internalServerError, .badGateway] {
                let answer = try await client.post("/v1/chat/completions", question)
                _ = try code(answer, status)
                #expect(!answer.text.contains("<html>"))
                #expect(answer["location"] == nil)
            }
        }
    }

    @Test("a failure becomes the status that its caller can act on", arguments: Depth.allCases)
    func failures(depth: Depth) async throws {
        let expected: [(Failure, HTTPResponse.Status)] = [
            (Failure(.connectionFailed, "No connection."), .badGateway),
            (Failure(.deadlineExceeded, "Too late."), .gatewayTimeout),
            (Failure(.overBudget, "No money."), .init(code: 402)),
            (Failure(.ledgerUnavailable, "No ledger."), .serviceUnavailable),
            (Failure(.rateLimited, "Too fast.", retryAfter: .milliseconds(1_500)), .tooManyRequests),
        ]
        try await depth.run(expected.map { .fail($0.0) }) { client, _ in
            for (failure, status) in expected {
                let answer = try await client.post("/v1/chat/completions", question)
                _ = try code(answer, status)
                #expect(answer.text.contains(failure.message))
                if failure.retryAfter != nil {
                    #expect(answer["retry-after"] == "2")
                    #expect(answer["retry-after-ms"] == "1500")
                }
            }
        }
    }

    @Test("an unexpected error tells nothing about the inside", arguments: Depth.allCases)
    func unexpected(depth: Depth) async throws {
        struct Leak: Error { let secret = "sk-inside" }
        try await depth.run([.fail(Leak())]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(try code(answer, .internalServerError) == "internal_error")
            #expect(!answer.text.contains("Leak"))
            #expect(!answer.text.contains("sk-inside"))
        }
    }

    @Test("an answer that is not the JSON it says it is is not passed on", arguments: Depth.allCases)
    func truncatedAnswer(depth: Depth) async throws {
        let types = ["application/json", "application/json; charset=utf-8", "application/problem+json"]
        let steps = types.map {
            ScriptedTransport.Step.answer(200, #"{"id":"c","cho"#, headers: [.contentType: $0])
        }
        let rest: [ScriptedTransport.Step] = [
            .answer(200, "", headers: [.contentType: "application/json"]),
            .answer(200, "plain", headers: [.contentType: "text/plain"]),
        ]
        try await depth.run(steps + rest) { client, _ in
            for _ in 0...types.count {
                let answer = try await client.post("/v1/chat/completions", question)
                #expect(try code(answer, .badGateway) == "invalid_answer")
                #expect(!answer.text.contains("cho"))
            }
            let plain = try await client.post("/v1/chat/completions", question)
            #expect(plain.status == .ok)
            #expect(plain.text == "plain")
        }
    }

    @Test("only-if-cached without a hit says so, and blames no provider", arguments: Depth.allCases)
    func notCached(depth: Depth) async throws {
        let step = ScriptedTransport.Step.custom { _, _ in
            var response = OpenAIFormat().answer(to: .notCached)
            response.facts.attempts = 0
            var outcome = CacheOutcome(.miss(.absent), wasForwarded: false)
            outcome.refusal = .notCached
            response.facts[CacheFact.self] = outcome
            return response
        }
        try await depth.run([step, .status(504)]) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(try code(answer, .gatewayTimeout) == "not_cached")
            #expect(answer.text.contains("only-if-cached"))
            #expect(!answer.text.contains("upstream"))
            #expect(answer["cache-status"] == "Pennyweight; detail=only-if-cached")
            #expect(answer["x-pennyweight-attempts"] == "0")
            #expect(answer["x-should-retry"] == "false")
            let theirs = try await client.post("/v1/chat/completions", question)
            #expect(try code(theirs, .gatewayTimeout) != "not_cached")
        }
    }

    @Test("an answer over the limit is not passed in part", arguments: Depth.allCases)
    func answerLimit(depth: Depth) async throws {
        var limits = GatewayConfiguration.Limits()
        limits.answerBytes = 10
        try await depth.run([.answer(200, #"{"id":"0123456789"}"#)], limits: limits) { client, _ in
            let answer = try await client.post("/v1/chat/completions", question)
            #expect(try code(answer, .badGateway) == "invalid_answer")
            #expect(answer.text.contains("limits.answerBytes"))
        }
    }
}
#endif
