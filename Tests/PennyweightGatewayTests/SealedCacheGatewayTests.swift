#if Gateway
import Foundation
import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightTesting
import Testing

@testable import PennyweightGateway

@Suite("The sealed cache, over loopback", .timeLimit(.minutes(5)))
struct SealedCacheGatewayTests {
    private static let words = "an unmistakable question about ptarmigans"

    private func status(_ answer: KeyedGateway.Answer, _ name: String = "cache-status") -> String? {
        HTTPField.Name(name).flatMap { answer.headers[$0] }
    }

    private func isHit(_ answer: KeyedGateway.Answer) -> Bool {
        answer.status == 200 && status(answer)?.hasPrefix("Pennyweight; hit") == true
    }

    /// True if a text stands anywhere in the cache's files.
    private func lies(_ text: String, in gateway: KeyedGateway) -> Bool {
        let directory = (gateway.path as NSString).deletingLastPathComponent
        return ["", "-wal", "-shm", "-removals"].contains { end in
            let files = FileManager.default.contents(atPath: directory + "/cache.sqlite" + end) ?? Data()
            return files.range(of: Data(text.utf8)) != nil
        }
    }

    @Test(
        "with credentials, two keys of one account have each their own answers, in file and memory",
        arguments: [0, 1 << 20])
    func credentials(memoryBytes: Int) async throws {
        try await KeyedGateway.run(encryption: .credential, memoryBytes: memoryBytes) { gateway in
            let (one, two) = (try await gateway.key("acme").text, try await gateway.key("acme").text)
            let first = try await gateway.chat(one, Self.words)
            #expect(isHit(try await gateway.chat(one, Self.words)))
            let second = try await gateway.chat(two, Self.words)
            #expect(!isHit(second) && second.status == 200)
            #expect(status(first, "x-pennyweight-cache-key") != status(second, "x-pennyweight-cache-key"))
            for (key, answer) in [(one, first), (two, second)] {
                let hit = try await gateway.chat(key, Self.words)
                #expect(isHit(hit) && hit.text == answer.text)
            }
            #expect(gateway.provider.charges.count == 2)
            // A recording of one key can't be pinned by the other.
            let recording = try #require(status(first, "x-pennyweight-recording"))
            let name = try #require(HTTPField.Name("x-pennyweight-replay-recording"))
            for (key, code) in [(one, 200), (two, 404)] {
                let pinned = try await gateway.send(
                    .post, "/v1/chat/completions", key: key,
                    body: #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"?"}]}"#,
                    headers: [name: recording])
                #expect(pinned.status == code, "\(pinned.text)")
            }
            #expect(!lies("chat.completion", in: gateway) && !lies("ptarmigan", in: gateway))
            #expect(!lies("application/json", in: gateway))
            #expect(lies("gpt-4o-mini", in: gateway))
        }
    }

    @Test("streams and embeddings are sealed as well, and served to their own key")
    func routes() async throws {
        try await KeyedGateway.run(encryption: .credential) { gateway in
            let (one, two) = (try await gateway.key("acme").text, try await gateway.key("acme").text)
            let stream =
                #"{"model":"gpt-4o-mini","stream":true,"max_tokens":50,"#
                + #""messages":[{"role":"user","content":"tide"}]}"#
            let texts = #"{"model":"text-embedding-3-small","dimensions":4,"input":["ptarmigan","b"]}"#
            for (route, body) in [("/v1/chat/completions", stream), ("/v1/embeddings", texts)] {
                for key in [one, two] {
                    let miss = try await gateway.send(.post, route, key: key, body: body)
                    #expect(miss.status == 200 && !isHit(miss), "\(route)")
                    let hit = try await gateway.send(.post, route, key: key, body: body)
                    #expect(isHit(hit), "\(route) \(status(hit) ?? "")")
                }
            }
            #expect(gateway.provider.charges.count == 4)
            #expect(!lies("\"embedding\"", in: gateway) && !lies("chat.completion", in: gateway))
        }
    }

    @Test("the native API lists what is sealed, shows it to its own key alone, and purges it")
    func native() async throws {
        try await KeyedGateway.run(encryption: .credential) { gateway in
            let (one, two) = (try await gateway.key("acme").text, try await gateway.key("acme").text)
            let answer = try await gateway.chat(one, Self.words)
            let id = try #require(status(answer, "x-pennyweight-recording")?.dropFirst(4))
            let key = try #require(status(answer, "x-pennyweight-cache-key"))
            for caller in [one, two, KeyedGateway.adminKey] {
                let list = try await gateway.send(.get, "/v1/cache", key: caller)
                #expect(list.data.map { $0["sealed"]?.bool } == [true] && list.data[0]["key"]?.string == key)
                for name in [String(id), key] {
                    let shown = try await gateway.send(.get, "/v1/cache/\(name)", key: caller)
                    #expect(shown.status == 200 && shown.root?["model"]?.string == "gpt-4o-mini")
                    #expect(shown.root?["answer"]?.isNull == (caller != one), "\(shown.text)")
                }
            }
            let purge = try await gateway.send(.delete, "/v1/cache?key=\(key)", key: two)
            #expect(purge.root?["removed"]?.integer == 1)
            #expect(!isHit(try await gateway.chat(one, Self.words)))
        }
    }

    @Test("a call that shows no key is kept in memory only")
    func anyone() async throws {
        for memoryBytes in [0, 1 << 20] {
            try await KeyedGateway.run(adminKey: nil, encryption: .credential, memoryBytes: memoryBytes) {
                gateway in
                #expect(try await gateway.chat(nil, Self.words).status == 200)
                #expect(isHit(try await gateway.chat(nil, Self.words)) == (memoryBytes > 0))
                let disk = try await gateway.cache.statistics().tiers.last
                #expect(disk?.entries == 0)
            }
        }
    }

    @Test("with one secret the keys of an account share, as without encryption, and the file says nothing")
    func application() async throws {
        let secret = try #require(CacheSecret(Array(repeating: 9, count: 32)))
        try await KeyedGateway.run(encryption: .secret(secret)) { gateway in
            let (one, two) = (try await gateway.key("acme").text, try await gateway.key("acme").text)
            let other = try await gateway.key("globex").text
            let answer = try await gateway.chat(one, Self.words)
            let hit = try await gateway.chat(two, Self.words)
            #expect(isHit(hit) && hit.text == answer.text)
            #expect(!isHit(try await gateway.chat(other, Self.words)))
            let shown = try await gateway.send(
                .get, "/v1/cache/\(try #require(status(answer, "x-pennyweight-cache-key")))",
                key: KeyedGateway.adminKey)
            #expect(shown.root?["answer"]?["object"]?.string == "chat.completion", "\(shown.text)")
            #expect(!lies("chat.completion", in: gateway) && !lies("ptarmigan", in: gateway))
        }
        try await KeyedGateway.run { gateway in
            _ = try await gateway.chat(nil, Self.words)
            #expect(
                lies("application/json", in: gateway), "what is looked for is found where nothing is sealed")
        }
    }
}
#endif
