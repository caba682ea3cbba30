#if Gateway
import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

/// `/v1/cache` over loopback, with a cache in a file.
@Suite struct NativeCacheTests {
    private static let admin = KeyedGateway.adminKey
    private let make = EntryMaker()

    /// Puts an entry of an account into the gateway's cache.
    private func store(
        _ number: Int, _ account: String, model: String = "gpt-x", in gateway: KeyedGateway
    ) async throws {
        var entry = make.entry(number, body: make.text(number))
        (entry.account, entry.model, entry.tags) = (account, model, ["n": "\(number)"])
        try await gateway.cache.store(entry, for: make.key(number))
    }

    private func get(_ path: String, _ gateway: KeyedGateway, key: String = admin) async throws
        -> KeyedGateway.Answer
    {
        try await gateway.send(.get, path, key: key)
    }

    private func delete(_ query: String, _ gateway: KeyedGateway, key: String = admin) async throws
        -> KeyedGateway.Answer
    {
        try await gateway.send(.delete, "/v1/cache" + query, key: key)
    }

    @Test("answers that were paid for are listed, page by page, and shown") func list() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key("acme")
            for text in ["one", "two", "three"] { _ = try await gateway.chat(key, text) }
            _ = try await gateway.chat(key, "one")
            let first = try await get("/v1/cache?limit=2", gateway)
            #expect(first.status == 200 && first.data.count == 2)
            #expect(first.root?["has_more"]?.bool == true)
            #expect(first.root?["tiers"]?.elements.count == 2)
            let next = try #require(first.string("next_page_url"))
            let second = try await get(next, gateway)
            #expect(second.data.count == 1 && second.root?["has_more"]?.bool == false)
            let entry = try #require(first.data.first)
            #expect(entry["account"]?.string == "acme")
            #expect(entry["endpoint"]?.string == "/chat/completions")
            #expect(entry["cost_status"]?.string == "exact")
            let id = try #require(entry["id"]?.string)
            let shown = try await get("/openai/v1/cache/\(id)", gateway)
            #expect(shown.status == 200)
            #expect(shown.root?["answer"]?["object"]?.string == "chat.completion")
            let byKey = try await get("/v1/cache/\(try #require(entry["key"]?.string))", gateway)
            #expect(byKey.string("id") == id)
            #expect(try await get("/v1/cache/nothing", gateway).status == 404)
        }
    }

    @Test("a key sees and purges its own account and what lies below, and nothing else")
    func scope() async throws {
        try await KeyedGateway.run { gateway in
            try await store(1, "acme", in: gateway)
            try await store(2, "acme/search", in: gateway)
            try await store(3, "other", in: gateway)
            let (_, key) = try await gateway.key("acme")
            let list = try await get("/v1/cache", gateway, key: key)
            #expect(list.data.compactMap { $0["account"]?.string } == ["acme", "acme/search"])
            #expect(list.root?["tiers"] == nil)
            #expect(try await get("/v1/cache/\(make.id(3))", gateway, key: key).status == 404)
            #expect(try await get("/v1/cache/\(make.id(2))", gateway, key: key).status == 200)
            let purge = try await delete("", gateway, key: key)
            #expect(purge.root?["removed"]?.integer == 2)
            #expect(try await gateway.cache.entry(for: make.key(3)) != nil)
            #expect(try await delete("?id=\(make.id(3))", gateway, key: key).root?["removed"]?.integer == 0)
            #expect(try await delete("", gateway).root?["removed"]?.integer == 1)
        }
    }

    @Test("a purge takes what the query says, and nothing if it can't be read") func purge() async throws {
        try await KeyedGateway.run { gateway in
            for number in 0..<6 {
                try await store(number, "acme", model: number < 3 ? "gpt-4o-mini" : "o3", in: gateway)
            }
            for query in [
                "?modle=x", "?model=", "?id=7", "?key=12", "?tag=x", "?stored_before=soon", "?limit=1",
            ] {
                let answer = try await delete(query, gateway)
                #expect(answer.status == 400, "\(query)")
            }
            #expect(try await gateway.cache.statistics().entries == 6)
            #expect(try await delete("?model=gpt-4o*&tag=n%3D1", gateway).root?["removed"]?.integer == 1)
            #expect(try await delete("?model=gpt-4o*", gateway).root?["removed"]?.integer == 2)
            #expect(try await delete("?stored_before=2020-01-01", gateway).root?["removed"]?.integer == 0)
            #expect(try await delete("?expired_before=2099-01-01", gateway).root?["removed"]?.integer == 3)
        }
    }

    @Test("a purged answer is paid for again") func purgedIsAsked() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key("acme")
            _ = try await gateway.chat(key)
            #expect(try await gateway.chat(key).headers.cacheStatus.contains("; hit"))
            _ = try await delete("?model=gpt-4o-mini", gateway)
            #expect(!(try await gateway.chat(key).headers.cacheStatus.contains("; hit")))
        }
    }

    @Test("a large hit is sent as the gzip member that is stored, to whom asks for that and nobody else")
    func gzip() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key("acme")
            let body =
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"long"}],"max_tokens":4000}"#
            func ask(_ encoding: String?) async throws -> KeyedGateway.Answer {
                let headers: HTTPFields = encoding.map { [.acceptEncoding: $0] } ?? [:]
                return try await gateway.send(
                    .post, "/v1/chat/completions", key: key, body: body, headers: headers)
            }
            #expect(try await ask("gzip").headers[.contentEncoding] == nil)
            // The simulated answer is short: a member that OpenAI doesn't have makes it long.
            let page = try await gateway.cache.entries(CacheSelection(), after: nil, limit: 1)
            let stored = try #require(page.entries.first)
            var entry = try #require(try await gateway.cache.entry(for: stored.key))
            let padding = (0..<900).map { "word\($0 % 90)" }.joined(separator: " ")
            entry.body = Array(#"{"padding":"\#(padding)","#.utf8) + entry.body.dropFirst()
            entry.gzipMember = nil
            try await gateway.cache.store(entry, for: stored.key)
            let plain = try await ask("identity, gzip;q=0")
            #expect(plain.headers[.contentEncoding] == nil && plain.bytes == entry.body)
            let packed = try await ask("br, gzip;q=0.5")
            // The client may have expanded it already.
            if packed.bytes != entry.body {
                #expect(packed.headers[.contentEncoding] == "gzip")
                #expect(packed.bytes.prefix(3) == [0x1F, 0x8B, 8])
                #expect(packed.bytes.count * 2 < entry.body.count)
            }
        }
    }

    @Test(
        "gzip goes to whoever asks for it",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("br, gzip", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false), ("gzip;q=0.001", true), ("*", true), ("*;q=0", false),
            ("gzip;q=0, *", false), ("identity", false), ("deflate, br", false), ("x-gzip", true),
        ] as [(String?, Bool)])
    func encodings(field: String?, isAccepted: Bool) {
        #expect(GzipMember.isAccepted(field) == isAccepted)
    }

    @Test("a member whose length is another than the body's is not sent") func wrongLength() {
        var facts = Facts()
        let member: [UInt8] = Array(repeating: 0, count: 14) + [5, 0, 0, 0]
        facts[GzipFact.self] = member
        #expect(GzipMember.of([1, 2, 3, 4, 5], in: facts) == member)
        #expect(GzipMember.of([1, 2, 3, 4], in: facts) == nil)
        #expect(GzipMember.of([1, 2, 3, 4, 5], in: Facts()) == nil)
    }
}

extension HTTPFields {
    fileprivate var cacheStatus: String { HTTPField.Name("cache-status").flatMap { self[$0] } ?? "" }
}
#endif
