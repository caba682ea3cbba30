#if Gateway
import Foundation
import HTTPTypes
import Logging
import Metrics
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing
import Tracing

@Suite("Budgets under load", .timeLimit(.minutes(5)))
struct BudgetLoadTests {
    private static let calls = 1_000
    private let budget = Budget(name: "dollar", limit: Money(picos: Money.picosPerDollar))

    /// An upstream that looks at the budget while each call is held, and answers with some usage.
    private final class WatchedUpstream: Transport {
        let ledger: SQLiteLedger
        let claim: BudgetClaim
        let highest: Mutex<MoneyTotal>
        let random: SeededRandom

        init(_ ledger: SQLiteLedger, _ claim: BudgetClaim) {
            self.ledger = ledger
            self.claim = claim
            highest = Mutex(.zero)
            random = SeededRandom(seed: 3)
        }

        func look() async throws {
            guard let balance = try await ledger.balances(of: [claim]).first else { return }
            highest.withLock { $0 = max($0, balance.settled + balance.held) }
        }

        func send(_ request: Request, context: Context) async throws -> Response {
            try await look()
            for _ in 0..<random.next(below: 50) { await Task.yield() }
            let tokens = random.next(below: 1_500)
            var response = Response(
                .ok,
                body: Body(
                    """
                    {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,\
                    "message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],\
                    "usage":{"prompt_tokens":10,"completion_tokens":\(tokens),"total_tokens":\(tokens + 10)}}
                    """))
            response.head.headerFields[.contentType] = "application/json"
            return response
        }
    }

    @Test("a thousand calls at once never hold and settle more than the budget of a dollar")
    func thousandCalls() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("load-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let time = SystemTime()
        let ledger = try SQLiteLedger.open(
            at: directory.appendingPathComponent("ledger.sqlite").path, time: time)
        let claim = BudgetClaim(budget: budget, counted: budget.scope, openedAt: time.now())
        let upstream = WatchedUpstream(ledger, claim)
        let stages = try stages(ledger, time)
        let pipeline = stages.pipeline(to: upstream)

        let statuses = await withTaskGroup(of: String.self) { group in
            for number in 0..<BudgetLoadTests.calls {
                group.addTask {
                    do {
                        let request = Request.chat(
                            model: "gpt-4o", messages: [.user("\(number)")], maximumTokens: 1_500)
                        let response = try await pipeline.send(
                            request,
                            context: Context(id: SortableID(high: 1, low: UInt64(number)), logger: quiet))
                        _ = try await response.body.collect(upTo: 1 << 20)
                        try await upstream.look()
                        return "\(response.status.code)"
                    } catch {
                        try? await upstream.look()
                        return (error as? Failure)?.code.description ?? "\(error)"
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 } as [String: Int]
        }
        await stages.finish(within: .seconds(60))
        let balance = try #require(try await ledger.balances(of: [claim]).first)
        let highest = upstream.highest.withLock { $0 }
        print(
            "\(BudgetLoadTests.calls) calls at once against \(budget.limit): highest settled + held \(highest), "
                + "settled in the end \(balance.settled), \(statuses)")
        await ledger.close()

        #expect(highest <= MoneyTotal(budget.limit))
        #expect(Set(statuses.keys) == ["200", "over_budget"])
        #expect(balance.held == .zero)
        #expect(balance.settled > .zero && balance.settled <= MoneyTotal(budget.limit))
        // It was a race for the last cents: with one more call it would have been too much.
        #expect(highest > MoneyTotal(picos: Int128(Money.picosPerDollar) * 9 / 10))
    }

    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func stages(_ ledger: SQLiteLedger, _ time: SystemTime) throws -> StandardStages {
        var stages = StandardStages(
            provider: .init(name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: nil),
            ledger: ledger, cache: nil, prices: try PriceBook.shipped(), time: time, random: SystemRandom(),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: quiet)
        stages.policies.metering.budgets = [budget]
        return stages
    }
}
#endif
