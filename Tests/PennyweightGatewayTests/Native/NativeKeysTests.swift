#if Gateway
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

/// `/v1/keys` over loopback, with a ledger in a file.
@Suite struct NativeKeysTests {
    private static let admin = KeyedGateway.adminKey

    private func create(_ gateway: KeyedGateway, _ body: String, key: String? = admin) async throws
        -> KeyedGateway.Answer
    {
        try await gateway.send(.post, "/v1/keys", key: key, body: body)
    }

    @Test("a key that is made is shown once, and works")
    func create() async throws {
        try await KeyedGateway.run { gateway in
            let made = try await create(
                gateway,
                #"{"account":"acme/search","name":"prod","models":["gpt-4o*"],"routes":["/chat/completions"],"expires_at":"2099-01-01"}"#
            )
            #expect(made.status == 201)
            #expect(made.headers[.cacheControl] == "no-store")
            let key = try #require(made.string("key"))
            let id = try #require(made.string("id"))
            #expect(made.string("object") == "key")
            #expect(made.string("last_four") == String(key.suffix(4)))
            #expect(made.string("status") == "active")
            #expect(made.string("expires_at") == "2099-01-01T00:00:00.000Z")
            #expect(try await gateway.chat(key).status == 200)
            let again = try await gateway.send(.get, "/openai/v1/keys/\(id)", key: NativeKeysTests.admin)
            #expect(again.status == 200)
            #expect(again.root?["key"] == nil)
            #expect(again.string("name") == "prod")
            #expect(again.root?["models"]?.elements.compactMap(\.string) == ["gpt-4o*"])
        }
    }

    @Test(
        "what can't be granted is a 400 that names the parameter",
        arguments: [
            (#"{}"#, "account"), (#"{"account":7}"#, "account"), (#"{"account":"a","models":"x"}"#, "models"),
            (#"{"account":"a","models":[]}"#, "models"), (#"{"account":"a","routes":[1]}"#, "routes"),
            (#"{"account":"a","expires_at":"soon"}"#, "expires_at"),
            (#"{"account":"a","model":["x"]}"#, "model"),
            (#"[]"#, nil as String?), (#"{"account":"a b"}"#, nil),
            (#"{"account":"a","expires_at":"2001-01-01"}"#, nil),
        ])
    func refused(body: String, param: String?) async throws {
        try await KeyedGateway.run { gateway in
            let answer = try await create(gateway, body)
            #expect(answer.status == 400)
            #expect(answer.root?["error"]?["param"]?.string == param)
            #expect(try await gateway.send(.get, "/v1/keys", key: NativeKeysTests.admin).data.isEmpty)
        }
    }

    @Test("revoking is for good, and doing it again changes nothing")
    func revoke() async throws {
        try await KeyedGateway.run { gateway in
            let (id, key) = try await gateway.key()
            let first = try await gateway.send(.delete, "/v1/keys/\(id)", key: NativeKeysTests.admin)
            #expect(first.status == 200)
            #expect(first.string("status") == "revoked")
            let second = try await gateway.send(.delete, "/v1/keys/\(id)", key: NativeKeysTests.admin)
            #expect(second.status == 200)
            #expect(second.string("revoked_at") == first.string("revoked_at"))
            #expect(try await gateway.chat(key).status == 401)
            #expect(
                try await gateway.send(.delete, "/v1/keys/none", key: NativeKeysTests.admin).status == 404)
        }
    }

    @Test("pages lead through all keys, in both directions")
    func pages() async throws {
        try await KeyedGateway.run { gateway in
            var ids: [String] = []
            for _ in 0..<5 { ids.insert(try await gateway.key().id, at: 0) }
            var seen: [String] = []
            var url: String? = "/v1/keys?limit=2&status=active"
            var previous: String?
            while let next = url {
                let page = try await gateway.send(.get, next, key: NativeKeysTests.admin)
                #expect(page.string("object") == "list")
                seen += page.data.compactMap { $0["id"]?.string }
                url = page.string("next_page_url")
                previous = page.string("previous_page_url")
                #expect(page.root?["has_more"]?.bool == (url != nil))
                #expect(seen.count <= 5)
            }
            #expect(seen == ids)
            var back: [String] = []
            while let url = previous {
                let page = try await gateway.send(.get, url, key: NativeKeysTests.admin)
                back = page.data.compactMap { $0["id"]?.string } + back
                previous = page.string("previous_page_url")
                #expect(page.string("next_page_url") != nil)
                #expect(back.count <= 4)
            }
            #expect(back == Array(ids.prefix(4)))
        }
    }

    @Test(
        "a wrong parameter is a 400 that names it",
        arguments: [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("status=gone", "status"),
            ("starting_after=a&ending_before=b", "ending_before"),
        ])
    func parameters(query: String, param: String) async throws {
        try await KeyedGateway.run { gateway in
            let answer = try await gateway.send(.get, "/v1/keys?\(query)", key: NativeKeysTests.admin)
            #expect(answer.status == 400)
            #expect(answer.root?["error"]?["param"]?.string == param)
        }
    }

    @Test("a virtual key sees the keys of its own account and below, and manages none")
    func subtree() async throws {
        try await KeyedGateway.run { gateway in
            let (own, key) = try await gateway.key("acme")
            let (below, _) = try await gateway.key("acme/search")
            let (other, _) = try await gateway.key("acme-2")
            let seen = try await gateway.send(.get, "/v1/keys", key: key).data.compactMap { $0["id"]?.string }
            #expect(seen == [below, own])
            #expect(try await gateway.send(.get, "/v1/keys/\(below)", key: key).status == 200)
            #expect(try await gateway.send(.get, "/v1/keys/\(other)", key: key).status == 404)
            #expect(try await create(gateway, #"{"account":"acme"}"#, key: key).status == 403)
            #expect(try await gateway.send(.delete, "/v1/keys/\(own)", key: key).status == 403)
        }
    }

    @Test("without an admin key, the first key is made on this machine, and only the first")
    func firstKey() async throws {
        try await KeyedGateway.run(adminKey: nil) { gateway in
            #expect(try await create(gateway, #"{"account":"acme"}"#, key: nil).status == 201)
            let second = try await create(gateway, #"{"account":"acme"}"#, key: nil)
            #expect(second.status == 401)
        }
    }
}
#endif
