#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// Videos at three depths of the server, with an upstream that answers by a script.
@Suite struct VideoGatewayTests {
    private static let job = #"{"id":"v","object":"video","status":"queued"}"#

    @Test("a video is asked for in JSON, also without a model", arguments: Depth.allCases)
    func json(depth: Depth) async throws {
        try await depth.run([.answer(200, Self.job, headers: [.contentType: "application/json"])]) {
            client, upstream in
            let answer = try await client.post("/v1/videos", #"{"prompt":"p"}"#)
            #expect(answer.status == .ok && answer.text == Self.job)
            #expect(upstream.requests.map(\.head.path) == ["/videos"])
            #expect(upstream.requests[0].head.headerFields[.contentType] == "application/json")
        }
    }

    @Test("a video is asked for by a form, which goes up byte for byte", arguments: Depth.allCases)
    func form(depth: Depth) async throws {
        let type = "multipart/form-data; boundary=b"
        let form = "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\np\r\n--b--\r\n"
        try await depth.run([.answer(200, Self.job), .status(200)]) { client, upstream in
            let answer = try await client.post("/v1/videos", form, [.contentType: type])
            #expect(answer.status == .ok)
            #expect(upstream.requests[0].body.bytes == Array(form.utf8))
            #expect(upstream.requests[0].head.headerFields[.contentType] == type)
            let other = try await client.post("/v1/chat/completions", form, [.contentType: type])
            #expect(other.status == .unsupportedMediaType)
            #expect(upstream.requests.count == 1)
        }
    }

    @Test("its content passes as it is, with its type and its length", arguments: Depth.allCases)
    func content(depth: Depth) async throws {
        let film = String(repeating: "film", count: 50_000)
        let steps: [ScriptedTransport.Step] = [
            .answer(200, film, headers: [.contentType: "video/mp4"]),
            .body(200, headers: [.contentType: "video/mp4"]) { ScriptedReader(chunks: ["fi", "lm"]) },
            .answer(404, #"{"error":{"message":"not ready"}}"#, headers: [.contentType: "application/json"]),
        ]
        var limits = GatewayConfiguration.Limits()
        limits.answerBytes = 1_024
        try await depth.run(steps, limits: limits) { client, upstream in
            let answer = try await client.get("/v1/videos/v/content?variant=video")
            #expect(answer.status == .ok && answer.text == film)
            #expect(answer["content-type"] == "video/mp4")
            #expect(try await client.get("/v1/videos/v/content").text == "film")
            #expect(upstream.requests[0].head.path == "/videos/v/content?variant=video")
            let missing = try await client.get("/v1/videos/v/content")
            #expect(missing.status == .notFound && missing.text.contains("not ready"))
        }
    }

    @Test("its state is asked for and it is removed, with the caller's method", arguments: Depth.allCases)
    func stateAndRemoval(depth: Depth) async throws {
        try await depth.run([.answer(200, Self.job), .answer(200, "{}")]) { client, upstream in
            #expect(try await client.get("/v1/videos/v").text == Self.job)
            let removed = try await client.execute(uri: "/v1/videos/v", method: .delete) { $0 }
            #expect(removed.status == .ok)
            #expect(upstream.requests.map(\.head.method) == [.get, .delete])
            #expect(upstream.requests.allSatisfy { $0.head.path == "/videos/v" })
        }
    }
}
#endif
