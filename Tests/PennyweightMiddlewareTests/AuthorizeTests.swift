import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightMiddleware

struct SecretTests {
    @Test("a secret can't be printed, dumped or reflected")
    func hidden() throws {
        let secret = try Secret("sk-123456")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Authorize.Credential.bearer(secret), to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), String(describing: secret), "\([secret])", dumped,
            "\(Authorize.Credential.bearer(secret))", "\(Optional(secret) as Any)",
        ]
        for text in texts { #expect(!text.contains("123456"), "\(text)") }
        #expect("\(secret)" == "<secret>")
        #expect(!((secret as Any) is any Encodable))
        #expect(secret.reveal() == "sk-123456")
    }

    @Test("a printed stage holds no secret")
    func stage() throws {
        let secret = try Secret("sk-123456")
        let stage = Authorize(try BaseURL("https://api.openai.com/v1"), as: .header(.authorization, secret))
        var dumped = ""
        dump(stage, to: &dumped)
        #expect(!dumped.contains("123456"))
        #expect(!"\(stage)".contains("123456"))
    }

    @Test("white space around a credential is not part of it", arguments: [" sk-1", "sk-1\n", "\tsk-1\r\n "])
    func trimmed(text: String) throws {
        #expect(try Secret(text).reveal() == "sk-1")
    }

    @Test(
        "what no header can carry is refused, without repeating it",
        arguments: ["", " ", "a b", "a\r\nX: y", "ключ", "a\u{0}b"])
    func refused(text: String) {
        #expect(throws: InvalidSecret.self) { try Secret(text) }
        #expect(!InvalidSecret().description.contains("ключ"))
    }
}

struct BaseURLTests {
    @Test(
        "scheme, authority and path",
        arguments: [
            ("https://api.openai.com/v1", "https", "api.openai.com", "/v1"),
            ("https://api.openai.com/v1/", "https", "api.openai.com", "/v1"),
            ("https://api.openai.com", "https", "api.openai.com", ""),
            ("https://api.openai.com///", "https", "api.openai.com", ""),
            ("HTTPS://API.OpenAI.com:443/V1", "https", "api.openai.com", "/V1"),
            ("http://127.0.0.1:8080/openai/v1", "http", "127.0.0.1:8080", "/openai/v1"),
            ("http://localhost:80", "http", "localhost", ""),
            ("http://localhost:443", "http", "localhost:443", ""),
            ("http://[::1]:11434/v1", "http", "[::1]:11434", "/v1"), ("http://[::1]", "http", "[::1]", ""),
            ("http://ollama_server:11434/v1", "http", "ollama_server:11434", "/v1"),
        ])
    func parsed(text: String, scheme: String, authority: String, path: String) throws {
        let url = try BaseURL(text)
        #expect(url.scheme == scheme)
        #expect(url.authority == authority)
        #expect(url.path == path)
        #expect(try BaseURL(url.description) == url)
    }

    @Test(
        "what is no base URL is refused with the reason",
        arguments: [
            ("", "scheme"), ("api.openai.com/v1", "scheme"), ("ftp://a/b", "scheme"), ("https://", "host"),
            ("https:///v1", "host"), ("https://:8080", "host"), ("https://a b/v1", "space"),
            ("https://a/v1?x=y", "query"), ("https://a/v1#f", "fragment"), ("https://a:0/", "port"),
            ("https://a:65536/", "port"), ("https://a:/", "port"), ("https://a:+1/", "port"),
            ("https://a:8o/", "port"),
            ("https://[::1/", "bracket"), ("https://[::1]x/", "port"), ("https://a/../b", "segment"),
            ("https://a/%2E%2e/b", "segment"), ("https://a//b", "segment"), ("https://a\\b/", "host"),
            ("https://ä.de/", "ASCII"),
        ])
    func refused(text: String, reason: String) {
        #expect { try BaseURL(text) } throws: { "\($0)".contains(reason) }
    }

    @Test("a password in the URL is refused and not repeated")
    func password() {
        #expect {
            try BaseURL("https://user:hunter2@api.openai.com/v1")
        } throws: {
            "\($0)".contains("password") && !"\($0)".contains("hunter2")
        }
    }
}

struct AuthorizeTests {
    private func head(
        _ change: (inout Request) -> Void = { _ in }, headers: HTTPFields = [:],
        as credential: Authorize.Credential? = nil, base: String = "https://api.openai.com/v1"
    ) async throws -> HTTPRequest {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        let stage = Authorize(
            try BaseURL(base), as: try credential ?? .bearer(Secret("sk-own")), headers: headers)
        var request = Stages.post()
        change(&request)
        _ = try await Pipeline(to: upstream) { stage }.send(request, context: Stages.context())
        return try #require(upstream.requests.first?.head)
    }

    @Test("a request gets the origin, the base path and the credential, and keeps its query")
    func addressed() async throws {
        let head = try await head { $0.head.path = "/models?limit=2" }
        #expect(head.scheme == "https")
        #expect(head.authority == "api.openai.com")
        #expect(head.path == "/v1/models?limit=2")
        #expect(head.headerFields[.authorization] == "Bearer sk-own")
        #expect(head.headerFields[.acceptEncoding] == "identity")
        #expect(head.headerFields[.contentType] == "application/json")
    }

    @Test("a credential in a header of its own, and none")
    func kinds() async throws {
        let name = try #require(HTTPField.Name("x-api-key"))
        let own = try await head(as: .header(name, Secret("k")))
        #expect(own.headerFields[name] == "k")
        #expect(own.headerFields[.authorization] == nil)
        let none = try await head(
            { $0.head.headerFields[.authorization] = "Bearer caller" }, as: Authorize.Credential.none)
        #expect(none.headerFields[.authorization] == nil)
    }

    @Test("the caller's credentials and what belongs to one connection don't go on")
    func stripped() async throws {
        let names = [
            "Authorization", "Cookie", "X-Api-Key", "api-key", "OpenAI-Organization", "OpenAI-Project",
            "Connection",
            "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
            "Upgrade",
            "Host", "Content-Length", "Accept-Encoding", "X-Hop", "X-Other-Hop",
        ]
        let head = try await head { request in
            for name in names { request.head.headerFields[HTTPField.Name(name)!] = "caller" }
            request.head.headerFields[values: .connection] = ["X-Hop , close", "x-other-hop"]
            request.head.headerFields[HTTPField.Name("X-Stainless-Lang")!] = "python"
        }
        for field in head.headerFields { #expect(field.value != "caller", "\(field.name)") }
        #expect(head.headerFields[.connection] == nil)
        #expect(head.headerFields[HTTPField.Name("x-stainless-lang")!] == "python")
    }

    @Test("configured headers go along, in place of the caller's")
    func configured() async throws {
        let organization = try #require(HTTPField.Name("OpenAI-Organization"))
        let head = try await head(
            { $0.head.headerFields[organization] = "callers" }, headers: [organization: "org-own"])
        #expect(head.headerFields[values: organization] == ["org-own"])
    }

    @Test(
        "a request for another origin is refused, and nothing is sent",
        arguments: [
            ("https", "evil.example"), ("http", "api.openai.com"), ("https", "api.openai.com:8443"),
            ("https", "user@api.openai.com"), (nil, "api.openai.com.evil.example"),
        ] as [(String?, String)])
    func bound(scheme: String?, authority: String) async {
        do {
            _ = try await head { request in
                request.head.scheme = scheme
                request.head.authority = authority
            }
            Issue.record("It was sent.")
        } catch {
            #expect(error.stageCode == "invalid_request")
            #expect((error as? Failure)?.wasNeverSent == true)
            #expect(!"\(error)".contains("sk-own"))
        }
    }

    @Test(
        "a request that is addressed to the same origin already passes",
        arguments: ["api.openai.com", "API.openai.com:443"])
    func same(authority: String) async throws {
        let head = try await head { request in
            request.head.scheme = "https"
            request.head.authority = authority
        }
        #expect(head.authority == "api.openai.com")
    }

    @Test(
        "a path that leads out of the base path is refused",
        arguments: [
            "/../admin", "/a/../../b", "/%2e%2E/b", "/.", "models", "/a b", "/a\r\nX: y", "/ä",
        ])
    func escape(path: String) async {
        let error = await stageError { _ = try await head { $0.head.path = path } }
        #expect(error == "invalid_request")
    }
}
