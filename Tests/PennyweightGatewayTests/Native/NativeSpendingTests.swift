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

/// Calls, usage, balance and budgets over loopback, with a ledger in a file and a provider that bills.
@Suite struct NativeSpendingTests {
    @Test("a call is found by the id of its answer, with its cost to the digit")
    func request() async throws {
        try await KeyedGateway.run { gateway in
            let (id, key) = try await gateway.key("acme/search")
            let answer = try await gateway.chat(key)
            let requestID = try #require(answer.headers[HTTPField.Name("x-request-id")!])
            let call = try await gateway.send(.get, "/v1/requests/\(requestID)", key: key)
            #expect(call.status == 200)
            #expect(call.string("id") == requestID)
            #expect(call.string("object") == "request")
            #expect(call.string("model") == "gpt-4o-mini")
            #expect(call.string("modality") == "text")
            #expect(call.string("endpoint") == "/chat/completions")
            #expect(call.string("status") == "completed")
            #expect(call.string("key_id") == id)
            #expect(call.string("account") == "acme/search")
            #expect(call.string("currency") == "usd")
            let billed = gateway.provider.billed.text
            #expect(call.string("cost_usd") == billed)
            #expect(call.root?["cost"].map { String(decoding: $0.source, as: UTF8.self) } == billed)
            #expect(call.string("cost_status") == "exact")
            let attempts = call.root?["attempts"]?.elements ?? []
            #expect(attempts.count == 1)
            #expect(attempts.first?["provider"]?.string == "openai")
            #expect(attempts.first?["outcome"]?.string == "served")
            #expect(attempts.first?["status"]?.integer == 200)
            #expect(attempts.first?["items"]?.elements.isEmpty == false)
            #expect(attempts.first?["usage_raw"]?["prompt_tokens"]?.integer != nil)
            #expect(attempts.first?["times"]?["total_ms"]?.kind == .number)
            #expect(!call.text.contains("\"hi\""))
        }
    }

    @Test("pages lead through all calls, the newest first; a hit is a call")
    func pages() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key()
            var ids: [String] = []
            for text in ["a", "b", "b", "c", "d"] {
                let answer = try await gateway.chat(key, text)
                ids.insert(try #require(answer.headers[HTTPField.Name("x-request-id")!]), at: 0)
            }
            var seen: [JSONNode] = []
            var url: String? = "/v1/requests?limit=2"
            while let next = url, seen.count <= 5 {
                let page = try await gateway.send(.get, next, key: key)
                seen += page.data
                url = page.string("next_page_url")
            }
            #expect(Set(seen.compactMap { $0["id"]?.string }) == Set(ids))
            #expect(seen.count == 5)
            #expect(seen.compactMap { $0["source"]?.string } == ["hit"])
            let completed = try await gateway.send(.get, "/v1/requests?status=completed&limit=3", key: key)
            #expect(completed.data.count == 3)
            #expect(completed.root?["has_more"]?.bool == true)
            let failed = try await gateway.send(.get, "/v1/requests?status=rejected", key: key)
            #expect(failed.data.isEmpty)
            #expect(failed.root?["has_more"]?.bool == false)
        }
    }

    @Test("a call that the provider refuses is listed with what went wrong")
    func refusedCall() async throws {
        try await KeyedGateway.run { gateway in
            let (_, key) = try await gateway.key()
            #expect(try await gateway.chat(key, model: "simulated/404").status == 404)
            #expect(try await gateway.chat(key).status == 200)
            let page = try await gateway.send(.get, "/v1/requests?status=rejected", key: key)
            #expect(page.data.count == 1)
            #expect(page.data.first?["error_code"]?.string == "upstream_404")
            #expect(page.data.first?["cost_usd"]?.string == "0")
        }
    }

    @Test("a summary counts what the pages list, exactly")
    func summary() async throws {
        try await KeyedGateway.run { gateway in
            let (id, key) = try await gateway.key("acme")
            let (_, other) = try await gateway.key("acme")
            for text in ["a", "b"] { _ = try await gateway.chat(key, text) }
            _ = try await gateway.chat(other, "c")
            let all = try await gateway.send(.get, "/v1/requests?summary=true&limit=1", key: key)
            #expect(all.root?["summary"]?["count"]?.integer == 3)
            #expect(all.root?["summary"]?["total_cost_usd"]?.string == gateway.provider.billed.text)
            let own = try await gateway.send(.get, "/v1/requests?summary=true&key_id=\(id)", key: key)
            #expect(own.root?["summary"]?["count"]?.integer == 2)
            #expect(own.data.count == 2)
            let none = try await gateway.send(.get, "/v1/requests?summary=true&key_id=none", key: key)
            #expect(none.root?["summary"]?["count"]?.integer == 0)
            let wrong = try await gateway.send(.get, "/v1/requests?summary=true&status=completed", key: key)
            #expect(wrong.status == 400)
        }
    }

    @Test("a key sees its own account and what lies below, the admin key sees all")
    func subtree() async throws {
        try await KeyedGateway.run { gateway in
            let (_, acme) = try await gateway.key("acme")
            let (_, below) = try await gateway.key("acme/search")
            let (_, rival) = try await gateway.key("rival")
            for key in [acme, below, rival] { _ = try await gateway.chat(key) }
            let rivalCall = try await gateway.chat(rival, "secret plan").headers[
                HTTPField.Name("x-request-id")!]
            let counts = { (key: String, account: String?) in
                try await gateway.send(.get, "/v1/requests", key: key, account: account).data.count
            }
            #expect(try await counts(acme, nil) == 2)
            #expect(try await counts(below, nil) == 1)
            #expect(try await counts(rival, nil) == 2)
            #expect(try await counts(KeyedGateway.adminKey, nil) == 4)
            #expect(try await counts(KeyedGateway.adminKey, "acme") == 2)
            #expect(try await counts(acme, "acme/search") == 1)
            let id = try #require(rivalCall)
            #expect(try await gateway.send(.get, "/v1/requests/\(id)", key: acme).status == 404)
            #expect(try await gateway.send(.get, "/v1/requests/\(id)", key: rival).status == 200)
            let usage = try await gateway.send(.get, "/v1/usage?group_by=account", key: acme)
            let accounts = usage.root?["rows"]?.elements.compactMap { $0["group"]?["account"]?.string } ?? []
            #expect(Set(accounts) == ["acme", "acme/search"])
            #expect(usage.root?["total"]?["calls"]?.integer == 2)
            #expect(usage.root?["open_attempts"]?.isNull == true)
        }
    }

    @Test("usage is grouped by one thing or two, and adds up to what was billed")
    func usage() async throws {
        try await KeyedGateway.run { gateway in
            for model in ["gpt-4o-mini", "gpt-4o-mini", "gpt-4o"] {
                _ = try await gateway.chat(nil, model: model)
            }
            let usage = try await gateway.send(.get, "/v1/usage?group_by=day,model&since=2020-01-01")
            #expect(usage.status == 200)
            #expect(usage.string("object") == "usage")
            #expect(usage.root?["group_by"]?.elements.compactMap(\.string) == ["day", "model"])
            #expect(usage.root?["rows"]?.elements.count == 2)
            let total = try #require(usage.root?["total"])
            #expect(total["calls"]?.integer == 3)
            #expect(total["hits"]?.integer == 1)
            #expect(total["charged_usd"]?.string == gateway.provider.billed.text)
            #expect(total["avoided_usd"]?.string != "0")
            #expect(total["latency_ms"]?["p50"]?.kind == .number)
            #expect(total["latency_ms"]?["p99"]?.kind == .number)
            let none = try await gateway.send(.get, "/v1/usage?until=2020-01-01")
            #expect(none.root?["total"]?["calls"]?.integer == 0)
            #expect(none.root?["total"]?["latency_ms"]?["p50"]?.isNull == true)
        }
    }

    @Test(
        "a wrong parameter is a 400 that names it",
        arguments: [
            ("/v1/usage?group_by=", 200, nil as String?), ("/v1/usage?group_by=planet", 400, "group_by"),
            ("/v1/usage?group_by=day,model,key", 400, "group_by"),
            ("/v1/usage?group_by=day,day", 400, "group_by"),
            ("/v1/usage?since=monday", 400, "since"), ("/v1/requests?status=lost", 400, "status"),
            ("/v1/requests?starting_after=x", 400, "starting_after"),
            ("/v1/requests?created_after=x", 400, "created_after"),
            ("/v1/requests/none", 404, nil), ("/v1/requests/01994f00-0000-7000-8000-000000000000", 404, nil),
        ])
    func parameters(path: String, status: Int, param: String?) async throws {
        try await KeyedGateway.run { gateway in
            let answer = try await gateway.send(.get, path)
            #expect(answer.status == status)
            #expect(answer.root?["error"]?["param"]?.string == param)
        }
    }

    @Test("the balance is what is left of the tightest hard budget")
    func balance() async throws {
        let budgets = [
            Budget(name: "soft", limit: Money(picos: 1), isHard: false),
            Budget(name: "all", limit: try #require(Money(usd: "5"))),
            Budget(
                name: "acme a day", scope: BudgetScope(account: "acme"), limit: try #require(Money(usd: "2")),
                period: .day),
            Budget(
                name: "one model", scope: BudgetScope(model: "o3*"), limit: try #require(Money(usd: "0.1"))),
        ]
        try await KeyedGateway.run(budgets: budgets) { gateway in
            let (_, acme) = try await gateway.key("acme/search")
            let (_, rival) = try await gateway.key("rival")
            #expect(try await gateway.chat(acme).status == 200)
            let billed = gateway.provider.billed
            let left = MoneyTotal(picos: 2_000_000_000_000 - billed.picos)
            let balance = try await gateway.send(.get, "/v1/balance", key: acme)
            #expect(balance.string("object") == "balance")
            #expect(balance.string("billing_type") == "prepaid")
            #expect(balance.string("budget") == "acme a day")
            #expect(balance.root?["available"]?["amount_usd"]?.string == left.text)
            #expect(
                balance.root?["available"]?["amount"].map { String(decoding: $0.source, as: UTF8.self) }
                    == left.text)
            #expect(balance.root?["available"]?["currency"]?.string == "usd")
            #expect(balance.string("resets_at")?.hasSuffix("T00:00:00.000Z") == true)
            #expect(try await gateway.send(.get, "/v1/balance", key: rival).string("budget") == "all")
            let names = { (key: String) in
                try await gateway.send(.get, "/v1/budgets", key: key).data.compactMap { $0["id"]?.string }
            }
            #expect(try await names(acme) == ["soft", "all", "acme a day", "one model"])
            #expect(try await names(rival) == ["soft", "all", "one model"])
            let day = try await gateway.send(.get, "/v1/budgets", key: acme).data[2]
            #expect(day["settled_usd"]?.string == billed.text)
            #expect(day["held_usd"]?.string == "0")
            #expect(day["remaining_usd"]?.string == left.text)
            #expect(day["limit_usd"]?.string == "2")
            #expect(day["period"]?.string == "day")
            #expect(day["hard"]?.bool == true)
        }
    }

    @Test("without a budget nothing bounds spending: there is no amount")
    func noBudget() async throws {
        try await KeyedGateway.run { gateway in
            let balance = try await gateway.send(.get, "/openai/v1/balance")
            #expect(balance.root?["available"]?["amount"]?.isNull == true)
            #expect(balance.string("billing_type") == "postpaid")
            #expect(try await gateway.send(.get, "/v1/budgets").data.isEmpty)
        }
    }

    @Test("a budget for each key or user shows the counter that the request names")
    func divided() async throws {
        let limit = try #require(Money(usd: "1"))
        let budgets = [
            Budget(name: "each key", scope: BudgetScope(each: .key), limit: limit),
            Budget(name: "each user", scope: BudgetScope(each: .user), limit: limit),
        ]
        try await KeyedGateway.run(budgets: budgets) { gateway in
            let (id, key) = try await gateway.key("acme")
            _ = try await gateway.chat(key)
            let billed = gateway.provider.billed.text
            let own = try await gateway.send(.get, "/v1/budgets?user=u1", key: key).data
            #expect(own.map { $0["settled_usd"]?.string } == [billed, "0"])
            #expect(own.first?["key_id"]?.string == id)
            #expect(own.last?["user"]?.string == "u1")
            let all = try await gateway.send(.get, "/v1/budgets", key: KeyedGateway.adminKey).data
            #expect(all.map { $0["settled_usd"]?.isNull } == [true, true])
            #expect(all.map { $0["each"]?.string } == ["key", "user"])
            let one = try await gateway.send(.get, "/v1/budgets?key_id=\(id)", key: KeyedGateway.adminKey)
                .data
            #expect(one.first?["settled_usd"]?.string == billed)
        }
    }
}
#endif
