import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct NativeRouteTests {
    @Test(
        "both bases serve the native API",
        arguments: [
            ("GET", "/keys", NativeRoute.keys), ("POST", "/keys", .createKey),
            ("GET", "/keys/k1", .key("k1")),
            ("DELETE", "/keys/k1", .revokeKey("k1")), ("GET", "/requests?limit=2", .requests),
            ("GET", "/requests/0-1", .request("0-1")), ("GET", "/usage", .usage),
            ("GET", "/balance", .balance),
            ("GET", "/budgets", .budgets), ("GET", "/cache?limit=1", .cache),
            ("DELETE", "/cache?model=x", .purgeCache), ("GET", "/cache/abc", .cacheEntry("abc")),
        ])
    func routes(method: String, path: String, route: NativeRoute) throws {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        for base in ["/v1", "/openai/v1"] { #expect(Route(method, base + path) == .native(route)) }
    }

    @Test("a wrong method says which are right")
    func methods() {
        #expect(Route(.put, "/v1/keys") == .wrongMethod(allowed: "GET, POST"))
        #expect(Route(.post, "/v1/keys/k1") == .wrongMethod(allowed: "DELETE, GET"))
        #expect(Route(.post, "/v1/usage") == .wrongMethod(allowed: "GET"))
    }

    @Test("what is below no known path is unknown")
    func unknown() {
        for path in [
            "/v1/keys/", "/v1/keys/a/b", "/v1/keysx", "/keys", "/v1/requests/a/payloads", "/v1/usage/x",
        ] {
            #expect(Route(.get, path) == .unknown, "\(path)")
        }
    }

    @Test("only making and ending keys needs the admin key")
    func admin() {
        #expect(Route(.post, "/v1/keys").needsAdmin)
        #expect(Route(.delete, "/v1/keys/k").needsAdmin)
        #expect(!Route(.get, "/v1/keys").needsAdmin)
        #expect(!Route(.post, "/v1/chat/completions").needsAdmin)
    }

    @Test("a path below a base loses the base and the query")
    func below() {
        #expect(Route.path(below: "/openai/v1/models?x=1") == "/models")
        #expect(Route.path(below: "/v1/models/a/b") == "/models/a/b")
        #expect(Route.path(below: "/healthz") == "/healthz")
    }

    @Test("query items are decoded, and encode back")
    func query() {
        let query = QueryItems(target: "/v1/usage?group_by=day%2Cmodel&user=a+b%26c&limit=&x&limit=3&bad=%zz")
        #expect(query["group_by"] == "day,model")
        #expect(query["user"] == "a b&c")
        #expect(query["limit"] == "3")
        #expect(query["x"] == nil)
        #expect(query["bad"] == "%zz")
        #expect(QueryItems(target: "/v1/usage")["limit"] == nil)
        let changed = query.replacing(["limit", "x", "bad"], with: "starting_after", "k é")
        #expect(changed.text == "group_by=day,model&user=a%20b%26c&starting_after=k%20%C3%A9")
        #expect(QueryItems(target: "?" + changed.text) == changed)
    }
}
