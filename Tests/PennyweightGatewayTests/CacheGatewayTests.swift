#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// What callers say to the cache and what it says of itself, through the real gateway, over loopback.
@Suite("The cache, over loopback", .timeLimit(.minutes(5)))
struct CacheGatewayTests {
    private static let body =
        #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"max_tokens":50}"#

    private func send(
        _ gateway: KeyedGateway, _ body: String = Self.body, _ fields: [String: String] = [:],
        to route: String = "/v1/chat/completions"
    ) async throws -> KeyedGateway.Answer {
        var headers: HTTPFields = [.contentType: "application/json"]
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        return try await gateway.client.execute(
            uri: route, method: .post, headers: headers, body: ByteBuffer(string: body)
        ) { KeyedGateway.Answer($0) }
    }

    @Test("hit and miss carry the same headers, and say what happened")
    func headers() async throws {
        try await KeyedGateway.run { gateway in
            let miss = try await send(gateway)
            let hit = try await send(gateway)
            #expect(miss["cache-status"] == "Pennyweight; fwd=uri-miss; stored")
            #expect(hit["cache-status"]?.hasPrefix("Pennyweight; hit; ttl=86") == true)
            #expect(miss["age"] == nil)
            #expect(Int(hit["age"] ?? "") ?? -1 >= 0)
            for name in ["x-pennyweight-cache-key", "x-pennyweight-recording"] {
                #expect(hit[name] == miss[name] && hit[name] != nil, "\(name)")
            }
            #expect(miss["x-pennyweight-recording"] == miss["x-request-id"].map { "rec_\($0)" })
            let own = { (answer: KeyedGateway.Answer) in
                Set(answer.headers.map(\.name.canonicalName).filter { $0.hasPrefix("x-pennyweight-") })
            }
            #expect(own(hit) == own(miss))
        }
    }

    @Test("the modes work from outside: record, replay, not found, made up")
    func modes() async throws {
        try await KeyedGateway.run { gateway in
            let replay = ["x-pennyweight-replay": "replay-or-error"]
            let missing = try await send(gateway, Self.body, replay)
            #expect(missing.status == 404)
            #expect(missing.code == "recording_not_found")
            #expect(missing["cache-status"] == "Pennyweight; detail=recording-not-found")
            #expect(missing["x-pennyweight-attempts"] == "0")
            #expect(missing["x-should-retry"] == "false")
            let mock = try await send(gateway, Self.body, ["X-Lumenfall-Replay": "mock"])
            #expect(mock.status == 200)
            #expect(mock.root?["object"]?.string == "chat.completion")
            #expect(mock["x-pennyweight-cost"] == "0")
            #expect(mock["x-pennyweight-provider"] == "mock")
            #expect(mock["cache-status"] == "Pennyweight; detail=mock")
            #expect(gateway.provider.charges.count == 0)
            let recorded = try await send(gateway, Self.body, ["x-pennyweight-replay": "record"])
            #expect(recorded["cache-status"] == "Pennyweight; fwd=request; stored; detail=record")
            let replayed = try await send(gateway, Self.body, replay)
            #expect(replayed.text == recorded.text)
            let id = try #require(recorded["x-pennyweight-recording"])
            let pinned = try await send(
                gateway, Self.body.replacing("hi", with: "ho"), ["x-pennyweight-replay-recording": id])
            #expect(pinned.text == recorded.text)
            #expect(gateway.provider.charges.count == 1)
        }
    }

    @Test("a streamed mock is a whole stream")
    func streamedMock() async throws {
        try await KeyedGateway.run { gateway in
            let body = Self.body.replacing("{\"model\"", with: "{\"stream\":true,\"model\"")
            let mock = try await send(gateway, body, ["x-pennyweight-replay": "mock"])
            #expect(mock["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(mock.text.hasSuffix("data: [DONE]\n\n"))
            #expect(mock.text.contains("This is"))
            #expect(!mock.text.contains("\"error\""))
        }
    }

    @Test("an image is made up as well")
    func imageMock() async throws {
        try await KeyedGateway.run { gateway in
            let mock = try await send(
                gateway, #"{"model":"gpt-image-1","prompt":"x"}"#, ["x-pennyweight-replay": "mock"],
                to: "/v1/images/generations")
            #expect(mock.data.first?["b64_json"]?.string?.hasPrefix("iVBOR") == true)
            #expect(gateway.provider.charges.count == 0)
        }
    }

    @Test("an unknown value is a 400 in OpenAI's shape that names the header and its choices")
    func unknown() async throws {
        try await KeyedGateway.run { gateway in
            let answer = try await send(gateway, Self.body, ["x-pennyweight-replay": "sometimes"])
            #expect(answer.status == 400)
            #expect(answer.root?["error"]?["type"]?.string == "invalid_request_error")
            #expect(answer.message.contains("x-pennyweight-replay"))
            #expect(answer.message.contains("replay-or-record"))
            #expect(gateway.provider.charges.count == 0)
        }
    }

    @Test("LiteLLM's form works from outside, and only-if-cached says that there is none")
    func bodyForm() async throws {
        try await KeyedGateway.run { gateway in
            _ = try await send(gateway)
            let body = Self.body.replacing("{\"model\"", with: "{\"cache\":{\"no-cache\":true},\"model\"")
            let anew = try await send(gateway, body)
            #expect(anew["cache-status"] == "Pennyweight; fwd=request; stored")
            #expect(gateway.provider.charges.count == 2)
            let none = try await send(
                gateway, Self.body.replacing("hi", with: "ho"), ["cache-control": "only-if-cached"])
            #expect(none.status == 504)
            #expect(none.code == "not_cached")
            #expect(none["cache-status"] == "Pennyweight; detail=only-if-cached")
        }
    }
}

extension KeyedGateway.Answer {
    fileprivate subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
#endif
