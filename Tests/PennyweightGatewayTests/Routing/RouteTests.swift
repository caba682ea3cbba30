import HTTPTypes
import Testing

@testable import PennyweightGateway

@Suite struct RouteTests {
    @Test("both bases serve the same commands", arguments: ["/v1", "/openai/v1"])
    func commands(base: String) {
        let paths = [
            "/chat/completions", "/images/generations", "/images/edits", "/embeddings",
            "/audio/transcriptions",
        ]
        for path in paths {
            #expect(Route(.post, base + path) == .command(path))
            #expect(Route(.get, base + path) == .wrongMethod(allowed: "POST"))
            #expect(Route(.post, base + path + "/") == .unknown)
        }
    }

    @Test("the query goes along with the path")
    func query() {
        #expect(Route(.post, "/v1/chat/completions?a=b/../c") == .command("/chat/completions?a=b/../c"))
        #expect(Route(.get, "/v1/models?limit=2") == .modelList("/models?limit=2"))
    }

    @Test(
        "a model's id may hold slashes and colons, raw or encoded, and stays as it is written",
        arguments: [
            "gpt-4o", "google/gemini-3", "google%2Fgemini-3", "ft:gpt-4o:org::id", "ft%3Agpt-4o", "a..b",
            "%C3%A9",
        ])
    func modelIDs(id: String) {
        #expect(Route(.get, "/v1/models/\(id)") == .model("/models/\(id)"))
        #expect(Route(.delete, "/v1/models/\(id)") == .wrongMethod(allowed: "GET"))
    }

    @Test(
        "an id that would move through the provider's paths is unknown",
        arguments: [
            "", "..", "../files", "%2e%2e/files", "a/%2E%2E/b", ".", "a//b", "a%00b", "%zz", "%2",
            "%252e%252e",
        ])
    func traversal(id: String) {
        #expect(Route(.get, "/v1/models/\(id)") == .unknown)
    }

    @Test("a video is looked at, removed and fetched", arguments: ["video_abc123", "a.b~c-d_e:f", "..."])
    func videos(id: String) {
        #expect(Route(.post, "/v1/videos") == .command("/videos"))
        #expect(Route(.get, "/v1/videos?limit=2") == .videoList("/videos?limit=2"))
        #expect(Route(.delete, "/v1/videos") == .wrongMethod(allowed: "GET, POST"))
        #expect(Route(.get, "/v1/videos/\(id)?a=b") == .video(.get, "/videos/\(id)?a=b"))
        #expect(Route(.delete, "/openai/v1/videos/\(id)") == .video(.delete, "/videos/\(id)"))
        #expect(Route(.post, "/v1/videos/\(id)") == .wrongMethod(allowed: "GET, DELETE"))
        #expect(
            Route(.get, "/v1/videos/\(id)/content?variant=thumbnail")
                == .video(.get, "/videos/\(id)/content?variant=thumbnail"))
        #expect(Route(.delete, "/v1/videos/\(id)/content") == .wrongMethod(allowed: "GET"))
    }

    @Test(
        "an id that is no plain segment names no video",
        arguments: [
            "", ".", "..", "a/b", "a/content/c", "../models", "%2e%2e", "a%2Fcontent", "a b", "a\\b", "é",
            "/content", String(repeating: "a", count: 513),
        ])
    func noVideo(id: String) {
        #expect(Route(.get, "/v1/videos/\(id)") == .unknown)
    }

    @Test("health and readiness stand outside of the API")
    func health() {
        #expect(Route(.get, "/healthz") == .health)
        #expect(Route(.head, "/readyz?x") == .readiness)
        #expect(Route(.post, "/healthz") == .wrongMethod(allowed: "GET, HEAD"))
    }

    @Test(
        "everything else is unknown",
        arguments: ["/", "", "/v1", "/v1/", "/v2/models", "/v1/files", "/V1/models", "*"])
    func unknown(target: String) {
        #expect(Route(.get, target) == .unknown)
    }
}
