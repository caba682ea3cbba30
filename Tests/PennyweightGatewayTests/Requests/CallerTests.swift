import HTTPTypes
import PennyweightOpenAI
import PennyweightPipeline
import Testing

@testable import PennyweightGateway

@Suite struct CallerTests {
    @Test("tags are read from one header")
    func tags() throws {
        #expect(try CallerTags.parse(nil) == [:])
        #expect(try CallerTags.parse("team=search, env=prod,") == ["team": "search", "env": "prod"])
        #expect(try CallerTags.parse("query=a=b") == ["query": "a=b"])
    }

    @Test(
        "tags that can't be kept are refused",
        arguments: [
            "team", "=x", "team=", "a b=c", "team=x,team=y", "k=\u{7}",
            String(repeating: "k", count: 65) + "=v",
        ])
    func refusedTags(text: String) {
        #expect(throws: Failure.self) { try CallerTags.parse(text) }
    }

    @Test("the number of tags is bounded")
    func tagLimit() throws {
        let most = (1...CallerTags.limit).map { "k\($0)=v" }.joined(separator: ",")
        #expect(try CallerTags.parse(most).count == CallerTags.limit)
        #expect(throws: Failure.self) { try CallerTags.parse(most + ",one=more") }
    }

    @Test("a key's label is the start of its digest, and tells keys apart")
    func keyLabel() {
        #expect(CallerKey.label(authorization: nil) == nil)
        #expect(CallerKey.label(authorization: "Basic abc") == nil)
        #expect(CallerKey.label(authorization: "Bearer ") == nil)
        // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
        #expect(CallerKey.label(authorization: "Bearer abc") == "key-ba7816bf")
        #expect(CallerKey.label(authorization: "bearer abc") == "key-ba7816bf")
        #expect(CallerKey.label(authorization: "Bearer abd") != "key-ba7816bf")
    }

    @Test("only listed fields go down, and the caller's credential never does")
    func fieldsDown() {
        let caller: HTTPFields = [
            .authorization: "Bearer secret", .cookie: "a=b", .userAgent: "x",
            .acceptEncoding: "gzip", .cacheControl: "no-cache", HTTPField.Name("X-Request-ID")!: "mine",
            HTTPField.Name("x-stainless-lang")!: "python", HTTPField.Name("OpenAI-Organization")!: "org",
            HTTPField.Name("x-simulate-fault")!: "429", HTTPField.Name("x-api-key")!: "secret",
        ]
        let down = PassedFields.down(caller)
        #expect(
            Set(down.map(\.name.canonicalName)) == [
                "cache-control", "openai-organization", "x-simulate-fault",
            ])
    }

    @Test("cookies and the provider's request id stay behind; rate limits only pass for a real answer")
    func fieldsUp() {
        let provider: HTTPFields = [
            .setCookie: "a=b", HTTPField.Name("x-request-id")!: "theirs", .contentType: "application/json",
            .retryAfter: "3", HTTPField.Name("x-should-retry")!: "true", .server: "cloud",
            HTTPField.Name("x-ratelimit-remaining-requests")!: "7",
        ]
        let up = Set(PassedFields.up(provider, isHit: false).map(\.name.canonicalName))
        #expect(up == ["content-type", "retry-after", "x-should-retry", "x-ratelimit-remaining-requests"])
        #expect(
            !PassedFields.up(provider, isHit: true).contains(
                HTTPField.Name("x-ratelimit-remaining-requests")!))
    }

    @Test("a malformed body is told by its position")
    func malformedBody() throws {
        let problem = #expect(throws: RequestProblem.self) {
            try CommandBody.check(Array("{\"model\":\n  oops}".utf8), route: "/embeddings")
        }
        #expect(problem?.failure.message.contains("line 2, column 3") == true)
        #expect(throws: RequestProblem.self) { try CommandBody.check([], route: "/embeddings") }
        #expect(throws: RequestProblem.self) { try CommandBody.check(Array("[]".utf8), route: "/embeddings") }
    }

    @Test("a model must be named where the provider has no default")
    func missingModel() throws {
        let body = Array(#"{"prompt":"x","messages":[{"role":"user","content":"x"}]}"#.utf8)
        let problem = #expect(throws: RequestProblem.self) {
            try CommandBody.check(body, route: "/chat/completions")
        }
        #expect(problem?.param == "model")
        try CommandBody.check(body, route: "/images/generations")
        #expect(throws: RequestProblem.self) {
            try CommandBody.check(Array(#"{"model":7}"#.utf8), route: "/images/generations")
        }
    }
}
