import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The most that a chat request can cost, as its hold says", .timeLimit(.minutes(5)))
struct ChatBoundTests {
    private let time = ManualTime()
    private let random = SeededRandom(seed: 7)
    private let ledger = MemoryLedger(limit: 10)

    /// A token costs a micro-dollar on either side; one answer has at most a thousand tokens.
    private static let prices = """
        {"schema": "pennyweight-prices/1", "version": "test", "models": [
        {"id": "m", "provider": "p", "mode": "chat", "output_limit": 1000, "prices": [{
        "effective_from": "2020-01-01", "source": "test", "retrieved": "2020-01-01",
        "rates": {"input_token": "1", "output_token": "1", "search": "0.5"},
        "service_tiers": {"flex": {"input_token": "0.5", "output_token": "0.5"}}}]}]}
        """

    /// Sends a request with these members beside model and messages; returns the bytes of its body.
    private func send(
        _ members: String, answer: String = "{}", budget: Money? = nil
    ) async throws -> Int64 {
        let json = #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(members)}"#
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let settlements = Settlements(time: time, logger: logger)
        let upstream = ScriptedTransport([
            .body(200) { ScriptedReader(chunks: [answer]) }
        ])
        let metering = Metering(
            ledger: ledger, meter: OpenAIMeter(),
            prices: try PriceBook(json: Array(ChatBoundTests.prices.utf8)), provider: "p",
            settlements: settlements, time: time, random: random,
            policy: MeteringPolicy(budgets: budget.map { [Budget(name: "b", limit: $0)] } ?? []))
        let response = try await Pipeline(to: upstream) { metering }.send(
            Request(.post, "/chat/completions", body: Body(json)),
            context: Context(id: SortableID(high: 1, low: 1), logger: logger))
        _ = try await response.body.collect(upTo: 1_000_000)
        return Int64(json.utf8.count)
    }

    private func bound(_ members: String) async throws -> Int64? {
        let input = try await send(members)
        return ledger.settledHolds.last?.upperBound.map { $0.picos / 1_000_000 - input }
    }

    @Test("without a limit of its own, each of n answers can be as long as the model's longest")
    func choices() async throws {
        #expect(try await bound("") == 1_000)
        #expect(try await bound(#","n":128"#) == 128_000)
        #expect(try await bound(#","n":9223372036854775807"#) == nil)
        #expect(try await bound(#","n":"128""#) == nil)
    }

    @Test("so many answers that they could exceed the budget are refused")
    func budget() async throws {
        await #expect(throws: Failure.self) {
            _ = try await send(#","n":128"#, budget: Money(picos: 2_000 * 1_000_000))
        }
    }

    @Test("of two limits the larger counts: which of them the provider heeds is not known")
    func twoLimits() async throws {
        #expect(try await bound(#","max_completion_tokens":5,"max_tokens":700"#) == 700)
        #expect(try await bound(#","max_completion_tokens":700,"max_tokens":5"#) == 700)
    }

    @Test("the tier that was served decides the price, and if the answer names none, the one asked for")
    func tier() async throws {
        let usage = #""usage":{"prompt_tokens":10,"completion_tokens":10}"#
        _ = try await send(#","service_tier":"flex""#, answer: #"{"service_tier":"default",\#(usage)}"#)
        _ = try await send(#","service_tier":"auto""#, answer: #"{"service_tier":"flex",\#(usage)}"#)
        _ = try await send(#","service_tier":"flex""#, answer: "{\(usage)}")
        #expect(
            ledger.settlements.map { $0.cost.exactAmount?.picos } == [20_000_000, 10_000_000, 10_000_000])
    }

    @Test("a web search has a fee of its own, which the answer doesn't report")
    func search() async throws {
        let answer = #"{"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#
        _ = try await send("", answer: answer)
        _ = try await send(#","web_search_options":{}"#, answer: answer)
        #expect(
            ledger.settlements.map(\.cost) == [
                .exact(Money(picos: 15_000_000)), .exact(Money(picos: 500_015_000_000)),
            ])
    }
}
