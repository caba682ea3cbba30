#if Gateway
import Foundation
import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

/// Keys at a gateway that listens, with a ledger in a file and a provider behind it.
@Suite struct KeysOverLoopbackTests {
    @Test("a key that is made while the gateway runs counts with the next request, and so does its end")
    func lifecycle() async throws {
        try await KeyedGateway.run { gateway in
            #expect(try await gateway.chat(nil).status == 200)
            let (id, key) = try await gateway.key("acme/search")
            let without = try await gateway.chat(nil, "a")
            #expect(without.status == 401)
            #expect(without.code == "invalid_api_key")
            #expect(without.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            #expect(try await gateway.chat(key, "b").status == 200)
            try await gateway.ledger.revoke(id, at: SystemTime().now())
            let revoked = try await gateway.chat(key, "c")
            #expect(revoked.status == 401)
            #expect(revoked.message.contains(id))
            #expect(gateway.provider.charges.count == 2)
        }
    }

    @Test("every route but the two of the process itself asks for the key")
    func everyRoute() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key()
            for path in ["/healthz", "/readyz"] {
                #expect(try await gateway.send(.get, path).status == 200)
            }
            for path in [
                "/v1/models", "/v1/models/x", "/v1/keys", "/v1/requests", "/v1/usage", "/v1/balance",
                "/v1/budgets",
                "/openai/v1/models", "/v1/nothing", "/", "/v1/chat/completions",
            ] {
                #expect(try await gateway.send(.get, path).status == 401, "\(path)")
            }
            for path in ["/v1/chat/completions", "/v1/embeddings", "/v1/images/generations", "/v1/keys"] {
                #expect(try await gateway.send(.post, path, body: "{}").status == 401, "\(path)")
            }
            #expect(try await gateway.send(.get, "/v1/nothing", key: key).status == 404)
            #expect(gateway.provider.requests.isEmpty)
        }
    }

    @Test("the ledger names the key and its account, and a subaccount where one is named")
    func attribution() async throws {
        try await KeyedGateway.run { gateway in
            let (id, key) = try await gateway.key("acme/search")
            _ = try await gateway.chat(key, "a")
            _ = try await gateway.chat(key, "b", account: "acme/search/tenant-7")
            let other = try await gateway.chat(key, "c", account: "rival")
            #expect(other.status == 403)
            #expect(other.code == "account_not_allowed")
            let calls = try await gateway.ledger.calls(CallQuery()).calls
            // The refused call is the key's own, not that of the account that it named.
            #expect(
                calls.map(\.subject.account) == ["acme/search", "acme/search/tenant-7", "acme/search"])
            #expect(calls.first?.status == .failed)
            #expect(calls.allSatisfy { $0.subject.key == id })
        }
    }

    @Test("two accounts share no stored answer")
    func tenants() async throws {
        try await KeyedGateway.run { gateway in
            let (_, one) = try await gateway.key("one")
            let (_, two) = try await gateway.key("two")
            for key in [one, one, two] { #expect(try await gateway.chat(key).status == 200) }
            #expect(gateway.provider.charges.count == 2)
        }
    }

    @Test("a key asks for the models that it lists only, and sees no others")
    func models() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key(models: ["gpt-4o-mini*"])
            #expect(try await gateway.chat(key).status == 200)
            let refused = try await gateway.chat(key, model: "gpt-4o")
            #expect(refused.status == 403)
            #expect(refused.code == "model_not_allowed")
            #expect(refused.root?["error"]?["param"]?.string == "model")
            let twice =
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}],"model":"gpt-4o"}"#
            #expect(
                try await gateway.send(.post, "/v1/chat/completions", key: key, body: twice).status == 403)
            let image = try await gateway.send(
                .post, "/v1/images/generations", key: key, body: #"{"prompt":"x"}"#)
            #expect(image.status == 403)
            #expect(gateway.provider.charges.count == 1)
            let (_, whole) = try await gateway.key()
            let all = try await gateway.send(.get, "/v1/models", key: whole).data.compactMap {
                $0["id"]?.string
            }
            let some = try await gateway.send(.get, "/v1/models", key: key).data.compactMap {
                $0["id"]?.string
            }
            #expect(all.contains("gpt-4o"))
            #expect(some == all.filter { $0.hasPrefix("gpt-4o-mini") })
            #expect(!some.isEmpty)
            #expect(try await gateway.send(.get, "/v1/models/gpt-4o", key: key).status == 403)
            #expect(try await gateway.send(.get, "/v1/models/gpt-4o-mini", key: key).status == 200)
        }
    }

    @Test("a key uses the routes that it lists only")
    func routes() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key(routes: ["/chat/completions", "/usage"])
            #expect(try await gateway.chat(key).status == 200)
            #expect(try await gateway.send(.get, "/v1/usage", key: key).status == 200)
            let body = #"{"model":"text-embedding-3-small","input":"x"}"#
            let refused = try await gateway.send(.post, "/v1/embeddings", key: key, body: body)
            #expect(refused.status == 403)
            #expect(refused.code == "route_not_allowed")
            #expect(try await gateway.send(.get, "/v1/models", key: key).status == 403)
        }
    }

    @Test("a budget for each key counts them apart")
    func budgets() async throws {
        let limit = try #require(Money(usd: "0.0002"))
        let budget = Budget(name: "each key", scope: BudgetScope(each: .key), limit: limit)
        try await KeyedGateway.run(budgets: [budget]) { gateway in
            let (_, one) = try await gateway.key("acme")
            let (_, two) = try await gateway.key("acme")
            var statuses: [Int] = []
            for number in 0..<12 { statuses.append(try await gateway.chat(one, "question \(number)").status) }
            #expect(statuses.first == 200)
            #expect(statuses.last == 402)
            #expect(try await gateway.chat(two, "question").status == 200)
        }
    }

    @Test("no key is in a log, an answer, the ledger's files, or goes upstream")
    func scrubbed() async throws {
        try await KeyedGateway.run { gateway in
            let made = try await gateway.send(
                .post, "/v1/keys", key: KeyedGateway.adminKey, body: #"{"account":"acme","name":"scrub"}"#)
            #expect(made.status == 201)
            let key = try #require(made.string("key"))
            let id = try #require(made.string("id"))
            let forged =
                String(key.dropLast(43))
                + (try KeyCredential(random: SystemRandom()).text().reveal()).suffix(43)
            var answers: [KeyedGateway.Answer] = []
            for (number, shown) in [key, forged, key + "x", String(key.dropLast()), "Bearer \(key)"]
                .enumerated()
            {
                answers.append(try await gateway.chat(shown, "q\(number)"))
                if shown != key { answers.append(try await gateway.chat(shown, model: shown, "m\(number)")) }
                answers.append(try await gateway.send(.get, "/v1/keys/\(shown.prefix(60))", key: shown))
                answers.append(try await gateway.send(.get, "/v1/models/none", key: shown))
            }
            for path in ["/v1/keys", "/v1/keys/\(id)", "/v1/requests", "/v1/usage?group_by=key"] {
                answers.append(try await gateway.send(.get, path, key: key))
            }
            answers.append(
                try await gateway.send(.delete, "/v1/keys/\(id)", key: KeyedGateway.adminKey))
            answers.append(try await gateway.chat(key, "after"))
            let secret = String(key.suffix(43))
            let bytes = try #require(Data(base64Encoded: KeysOverLoopbackTests.plainBase64(secret)))
            let hidden = [
                Data(secret.utf8), bytes, Data(KeyedGateway.adminKey.utf8), Data(forged.suffix(43).utf8),
            ]
            for needle in hidden {
                #expect(gateway.log.text.range(of: String(decoding: needle, as: UTF8.self)) == nil)
                for answer in answers {
                    #expect(Data(answer.text.utf8).range(of: needle) == nil, "\(answer.status)")
                }
                for answer in answers {
                    #expect(!"\(answer.headers)".contains(String(decoding: needle, as: UTF8.self)))
                }
            }
            for request in gateway.provider.requests {
                #expect(request.headers[.authorization] == "Bearer simulated")
            }
        }
    }

    @Test("the ledger's files don't hold a secret")
    func ledgerBytes() async throws {
        try await KeyedGateway.run { gateway in
            let (id, key) = try await gateway.key()
            for number in 0..<3 { _ = try await gateway.chat(key, "q\(number)") }
            try await gateway.ledger.revoke(id, at: SystemTime().now())
            _ = try await gateway.chat(key, "q")
            let bytes = try #require(
                Data(base64Encoded: KeysOverLoopbackTests.plainBase64(String(key.suffix(43)))))
            var found = 0
            for suffix in ["", "-wal", "-shm"] {
                guard let file = FileManager.default.contents(atPath: gateway.path + suffix) else { continue }
                if file.range(of: Data(id.utf8)) != nil { found += 1 }
                #expect(file.range(of: Data(key.suffix(43).utf8)) == nil)
                #expect(file.range(of: bytes) == nil)
            }
            #expect(found > 0, "the id is there, so the files were read")
        }
    }

    private static func plainBase64(_ text: String) -> String {
        text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/") + "="
    }
}
#endif
