#if Gateway
import HTTPTypes
import HummingbirdTesting
import Logging
import Metrics
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@testable import PennyweightGateway

@Suite("Budgets at the gateway")
struct BudgetGatewayTests {
    private let ledger = MemoryLedger(limit: 1_000)

    /// Serves a gateway whose standard stages have these budgets, over an upstream that answers by a script.
    private func serve(
        _ budgets: [Budget], _ steps: [ScriptedTransport.Step] = [], cache: (any CacheStore)? = nil,
        _ test: @Sendable (any TestClientProtocol, ScriptedTransport) async throws -> Void
    ) async throws {
        let upstream = ScriptedTransport(steps)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let base = try BaseURL("http://127.0.0.1:1/v1")
        var stages = StandardStages(
            provider: .init(name: "openai", baseURL: base, key: nil), ledger: ledger, cache: cache,
            prices: try PriceBook.shipped(), time: SystemTime(), random: SeededRandom(seed: 4),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: logger)
        stages.policies.metering.budgets = budgets
        let gateway = Gateway(
            upstream: stages.pipeline(to: upstream),
            configuration: GatewayConfiguration(upstream: .init(baseURL: base)), time: SystemTime(),
            random: SeededRandom(seed: 7), logger: logger)
        try await gateway.application.test(.router) { try await test($0, upstream) }
    }

    private static let answer = ScriptedTransport.Step.answer(
        200,
        """
        {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,\
        "message":{"role":"assistant","content":"Iron.","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}
        """, headers: [.contentType: "application/json"])

    private func body(_ members: String) -> String {
        #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"prompt":"p","input":"i""#
            + (members.isEmpty ? "" : ",\(members)") + "}"
    }

    @Test("every route that can cost money is refused once the budget is used up, and nothing is sent")
    func everyRoute() async throws {
        let none = Budget(name: "none", limit: .zero)
        try await serve([none]) { client, upstream in
            for base in ["/v1", "/openai/v1"] {
                for command in Route.commands {
                    for members in ["", #""max_tokens":5"#, #""stream":true,"max_completion_tokens":5"#] {
                        let response = try await client.post(base + command, body(members))
                        #expect(response.status.code == 402, "\(base)\(command) \(members)")
                        let error = try JSONDocument(Array(response.text.utf8)).root["error"]
                        #expect(error?["type"]?.string == "insufficient_quota")
                        #expect(error?["code"]?.string == "insufficient_quota")
                        #expect(error?["message"]?.string?.contains("'none' of all accounts is $0") == true)
                    }
                }
            }
            #expect(upstream.requests.isEmpty)
            #expect(ledger.openHolds.isEmpty && ledger.settlements.isEmpty)
        }
    }

    @Test("no bound is demanded unless a hard budget counts the call")
    func unbounded() async throws {
        let others = [
            Budget(name: "soft", limit: .zero, isHard: false),
            Budget(name: "other", scope: BudgetScope(account: "acme"), limit: .zero),
            Budget(name: "model", scope: BudgetScope(model: "o3*"), limit: .zero),
        ]
        try await serve(others, [BudgetGatewayTests.answer]) { client, _ in
            let response = try await client.post("/v1/chat/completions", body(""))
            #expect(response.status.code == 200)
        }
        // A tool that the provider runs, as often as it likes.
        let unbounded =
            #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"#
            + #""tools":[{"type":"file_search"}]}"#
        try await serve([Budget(name: "hard", limit: Money(picos: .max))]) { client, upstream in
            let response = try await client.post("/v1/chat/completions", unbounded)
            #expect(response.status.code == 402)
            #expect(response.text.contains("the most that this call can cost is not known"))
            #expect(response.text.contains("max_completion_tokens"))
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test("each end user has a limit, whichever way the caller names it, also at its first request")
    func endUsers() async throws {
        // There is room for an answer of 5 tokens, and none for one of 4000.
        let budget = Budget(
            name: "user", scope: BudgetScope(each: .user), limit: Money(picos: 100_000_000))
        let steps = Array(repeating: BudgetGatewayTests.answer, count: 9)
        try await serve([budget], steps) { client, upstream in
            let name = try #require(HTTPField.Name("x-pennyweight-user"))
            let big = #""max_tokens":4000"#
            #expect(
                try await client.post("/v1/chat/completions", body(big), [name: "new"]).status.code == 402)
            let small = #""max_tokens":5"#
            let ways: [(String, HTTPFields)] = [
                (body(small), [name: "a"]), (body(small + #","user":"b""#), [:]),
                (body(small + #","safety_identifier":"c""#), [:]),
                (body(small + #","user":"b""#), [name: "d"]), (body(small), [:]),
            ]
            for (body, headers) in ways {
                #expect(try await client.post("/v1/chat/completions", body, headers).status.code == 200)
            }
            #expect(upstream.requests.count == ways.count)
            #expect(ledger.settledHolds.map(\.subject.user) == ["a", "b", "c", "d", nil])
            #expect(upstream.requests.allSatisfy { $0.head.headerFields[name] == nil })
            let control = try await client.post("/v1/chat/completions", body(#""user":"a\u0000""#))
            #expect(control.status.code == 400)
        }
    }

    @Test("who asks by header shares the account's cache")
    func cacheScope() async throws {
        try await serve([], [BudgetGatewayTests.answer], cache: MemoryCache(limitBytes: 1 << 20)) {
            client, upstream in
            let name = try #require(HTTPField.Name("x-pennyweight-user"))
            for user in ["a", "b"] {
                let response = try await client.post("/v1/chat/completions", body(""), [name: user])
                #expect(response.status.code == 200)
            }
            #expect(upstream.requests.count == 1)
            #expect(ledger.savings.map(\.subject.user) == ["b"])
        }
    }
}
#endif
