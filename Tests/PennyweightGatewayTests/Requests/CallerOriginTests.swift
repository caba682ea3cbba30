import PennyweightOpenAI
import Testing

@testable import PennyweightGateway

@Suite struct CallerOriginTests {
    private func code(
        origin: String? = nil, authority: String? = nil, fetchSite: String? = nil, host: String = "127.0.0.1"
    ) -> String? {
        CallerOrigin(origin: origin, authority: authority, fetchSite: fetchSite).refusal(host: host)?.code
    }

    @Test("a program passes, and so does a page of this machine")
    func passes() {
        #expect(code() == nil)
        for name in ["localhost", "app.localhost", "127.0.0.1", "127.8.9.1", "[::1]", "LocalHost"] {
            #expect(code(authority: name) == nil)
            #expect(code(authority: name + ":8080") == nil)
            #expect(code(origin: "http://\(name)", authority: "localhost:1") == nil)
            #expect(code(origin: "https://\(name):3000", fetchSite: "same-site") == nil)
        }
        for site in ["same-origin", "same-site", "none"] { #expect(code(fetchSite: site) == nil) }
    }

    @Test(
        "a page of elsewhere is refused",
        arguments: [
            "null", "", "https://evil.test", "http://localhost.evil.test", "http://127.0.0.1.evil.test",
            "http://evil.test:8080", "http://a@b.localhost", "http://evil.test#.localhost", "localhost",
            "http://[::2]", "http://128.0.0.1", "http://127.0.0.256", "http://localhost:80, http://evil.test",
            "file://", "http://127.0.0.+1",
        ])
    func origins(origin: String) {
        #expect(code(origin: origin, authority: "localhost") == "forbidden_origin")
        #expect(code(origin: origin, host: "0.0.0.0") == "forbidden_origin")
    }

    @Test(
        "another name than the machine's own is refused, if only the machine is served",
        arguments: [
            "evil.test", "evil.test:8080", "127.0.0.1.evil.test", "192.168.1.2", "", "a@localhost", "[::1",
            "localhost:x", "x/.localhost",
        ])
    func hosts(authority: String) {
        for host in ["127.0.0.1", "localhost", "::1"] {
            #expect(code(authority: authority, host: host) == "forbidden_host")
        }
        #expect(code(authority: authority, host: "0.0.0.0") == nil)
    }

    @Test("a request that a browser calls cross-site is refused")
    func crossSite() {
        #expect(code(authority: "localhost", fetchSite: "cross-site") == "forbidden_origin")
        #expect(code(authority: "localhost", fetchSite: "Cross-Site") == "forbidden_origin")
    }

    @Test("a refusal has OpenAI's shape and says what to do")
    func message() {
        let host = CallerOrigin(authority: "evil.test").refusal(host: "localhost")
        #expect(host?.type == "invalid_request_error")
        #expect(host?.message.contains("use a base URL with localhost or 127.0.0.1") == true)
        let page = CallerOrigin(origin: "https://evil.test").refusal(host: "localhost")
        #expect(page?.message.contains("call the gateway from a program") == true)
    }
}
