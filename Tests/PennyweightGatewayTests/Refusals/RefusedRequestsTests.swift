#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightJSON
import PennyweightLedger
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// Calls that the gateway refuses, over loopback, in the list of requests.
@Suite("Refused requests", .timeLimit(.minutes(5)))
struct RefusedRequestsTests {
    private func listed(_ gateway: KeyedGateway, _ key: String) async throws -> [JSONNode] {
        // What was enqueued is written before this read of the totals returns.
        _ = try await gateway.ledger.report(ReportQuery(by: .model))
        return try await gateway.send(.get, "/v1/requests?status=rejected", key: key).data
    }

    @Test("402, 403 and 400 are listed with their status, their account and no cost")
    func statuses() async throws {
        let budget = Budget(name: "none", scope: BudgetScope(account: "poor"), limit: .zero)
        try await KeyedGateway.run(budgets: [budget]) { gateway in
            let poor = try await gateway.key("poor").text
            #expect(try await gateway.chat(poor).status == 402)
            let picky = try await gateway.key("picky", models: ["o3"]).text
            #expect(try await gateway.chat(picky).status == 403)
            let routed = try await gateway.key("routed", routes: ["/embeddings"]).text
            #expect(try await gateway.chat(routed).status == 403)
            let wrong = try await gateway.key("wrong").text
            #expect(
                try await gateway.send(.post, "/v1/chat/completions", key: wrong, body: "{").status == 400)
            let expected = [
                (poor, "insufficient_quota", "gpt-4o-mini"), (picky, "not_allowed", "gpt-4o-mini"),
                (wrong, "invalid_request", "unknown"),
            ]
            for (key, code, model) in expected {
                let list = try await listed(gateway, key)
                #expect(list.count == 1, "\(code)")
                #expect(list.first?["error_code"]?.string == code)
                #expect(list.first?["model"]?.string == model)
                #expect(list.first?["cost_usd"]?.string == "0")
                #expect(list.first?["endpoint"]?.string == "/chat/completions")
            }
            // This key may not look at the list: another of its account does.
            let list = try await listed(gateway, try await gateway.key("routed").text)
            #expect(list.first?["error_code"]?.string == "not_allowed" && list.count == 1)
            #expect(gateway.provider.charges.isEmpty)
        }
    }

    @Test("who shows no key, or a wrong one, fills no ledger")
    func unauthenticated() async throws {
        try await KeyedGateway.run { gateway in
            _ = try await gateway.key()
            #expect(try await gateway.chat(nil).status == 401)
            #expect(try await gateway.chat("pw_wrong").status == 401)
            #expect(try await listed(gateway, KeyedGateway.adminKey).isEmpty)
        }
    }

    @Test("a call is found by its session and its trace, whether it was answered or refused")
    func origins() async throws {
        let budget = Budget(name: "none", scope: BudgetScope(account: "poor"), limit: .zero)
        try await KeyedGateway.run(budgets: [budget]) { gateway in
            for (account, status) in [("rich", 200), ("poor", 402)] {
                let key = try await gateway.key(account).text
                let headers: HTTPFields = [
                    .authorization: "Bearer \(key)", .contentType: "application/json",
                    HTTPField.Name("X-Session-Id")!: "chat-7",
                    HTTPField.Name("traceparent")!: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ]
                let answer = try await gateway.client.execute(
                    uri: "/v1/chat/completions", method: .post, headers: headers,
                    body: ByteBuffer(string: question.replacing("\"m\"", with: "\"gpt-4o-mini\""))
                ) { $0 }
                #expect(Int(answer.status.code) == status)
                let id = try #require(answer["x-request-id"])
                _ = try await gateway.ledger.report(ReportQuery(by: .model))
                let call = try await gateway.send(.get, "/v1/requests/\(id)", key: key)
                #expect(call.string("session_id") == "chat-7")
                #expect(call.string("trace_id") == "0af7651916cd43dd8448eb211c80319c")
            }
        }
    }
}
#endif
