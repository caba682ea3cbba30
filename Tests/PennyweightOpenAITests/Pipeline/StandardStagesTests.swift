import HTTPTypes
import Logging
import Metrics
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@Suite("StandardStages")
struct StandardStagesTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22
    private let ledger = MemoryLedger(limit: 1_000)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func stages(
        cache: (any CacheStore)? = MemoryCache(limitBytes: 1 << 20)
    ) throws -> StandardStages {
        StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key")),
            ledger: ledger, cache: cache, prices: try PriceBook.shipped(), time: time,
            random: SeededRandom(seed: 1), metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(),
            logger: logger)
    }

    private func context() -> Context {
        Context(id: SortableID(time: time, random: SystemRandom()), logger: logger)
    }

    private static let answer = """
        {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,\
        "message":{"role":"assistant","content":"Iron.","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}
        """

    @Test("every stage is in its place, and what is off is left out")
    func order() throws {
        var stages = try stages()
        stages.policies.drain = DrainPolicy()
        stages.policies.rateLimit = RateLimitPolicy(requests: 1, per: .seconds(1), burst: 1)
        #expect(
            stages.pipeline(to: ScriptedTransport([])).description
                == "Observe → Deadline → Drain → UsageDisclosure → Cache → Retry → RateLimit → Metering → "
                + "IdleTimeout → Authorize → ScriptedTransport")
        var bare = try self.stages()
        bare.policies.drain = nil
        #expect(!bare.pipeline(to: ScriptedTransport([])).description.contains("Drain"))
    }

    @Test("without a cache nothing is kept, and who forbids asking the provider is heard all the same")
    func withoutCache() async throws {
        let upstream = ScriptedTransport([
            .answer(200, StandardStagesTests.answer, headers: [.contentType: "application/json"])
        ])
        let pipeline = try stages(cache: nil).pipeline(to: upstream)
        let request = Request(
            .post, "/chat/completions",
            body: Body(
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"cache":{"ttl":60}}"#))
        let plain = try await pipeline.send(request, context: context())
        #expect(plain.facts[CacheFact.self]?.headerValue == "Pennyweight; fwd=bypass; detail=off")
        #expect(
            upstream.requests.first?.body.bytes
                == Array(#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}"#.utf8))
        var context = context()
        context[CacheWishes.self].mode = .replayOrError
        #expect(try await pipeline.send(request, context: context).status == .notFound)
        context[CacheWishes.self].mode = .mock
        #expect(try await pipeline.send(request, context: context).status == .ok)
        #expect(upstream.requests.count == 1)
    }

    @Test(
        "a call is sent once, with the provider's key, and charged once; its repeat is free, streamed or not")
    func wholeWay() async throws {
        let upstream = ScriptedTransport([
            .answer(200, StandardStagesTests.answer, headers: [.contentType: "application/json"])
        ])
        let pipeline = try stages().pipeline(to: upstream)
        let request = Request.chat(model: "gpt-4o-mini", messages: [.user("Name a metal.")])
        let first = try await ChatAnswer(pipeline.send(request, context: context()))
        let second = try await ChatAnswer(pipeline.send(request, context: context()))
        let streaming = Request.chat(
            model: "gpt-4o-mini", messages: [.user("Name a metal.")], isStreaming: true)
        let third = try await ChatAnswer(pipeline.send(streaming, context: context()))

        #expect(upstream.requests.count == 1)
        #expect(upstream.requests[0].head.headerFields[.authorization] == "Bearer key")
        #expect(upstream.requests[0].head.authority == "example.test")
        #expect(first.cost == .exact(Money(picos: 10 * 150_000 + 2 * 600_000)))
        #expect([first, second, third].map(\.text) == ["Iron.", "Iron.", "Iron."])
        #expect([second, third].map(\.cost) == [.nothing, .nothing])
        #expect([second, third].map(\.saved) == [first.cost, first.cost])
        #expect([first, second, third].map(\.cacheStatus) == ["miss", "hit", "hit"])
        let total = try await ledger.report(ReportQuery(by: .model)).total
        #expect(total.calls == 3 && total.hits == 2)
        #expect(total.charged == first.cost.exactAmount.map(MoneyTotal.init))
    }

    @Test("each attempt of a retried call is a line of its own, and only the served one is charged")
    func retried() async throws {
        let upstream = ScriptedTransport([
            .answer(500, "{}"),
            .answer(200, StandardStagesTests.answer, headers: [.contentType: "application/json"]),
        ])
        var stages = try stages()
        stages.policies.callLimit = nil
        let pipeline = stages.pipeline(to: upstream)
        let time = time
        async let answer = ChatAnswer(
            pipeline.send(
                Request.chat(model: "gpt-4o-mini", messages: [.user("Again?")]), context: context()))
        while upstream.requests.count < 2 {
            time.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(try await answer.text == "Iron.")
        #expect(ledger.settlements.map(\.outcome) == [.absorbed, .served])
        #expect(ledger.settlements.map(\.cost.exactAmount) == [.zero, try await answer.cost.exactAmount])
    }

    @Test("over its budget an account is refused before anything is sent")
    func budget() async throws {
        let upstream = ScriptedTransport([])
        var stages = try stages()
        stages.policies.metering.budgets = [Budget(name: "b", limit: Money(picos: 1))]
        let pipeline = stages.pipeline(to: upstream)
        let failure = await #expect(throws: Failure.self) {
            try await pipeline.send(
                Request.chat(model: "gpt-4o-mini", messages: [.user("Hi")], maximumTokens: 5),
                context: context())
        }
        #expect(failure?.code == .overBudget)
        #expect(upstream.requests.isEmpty)
        #expect(ledger.openHolds.isEmpty)
    }

    @Test("a quota that is used up is not tried again, and its answer reaches the caller whole")
    func quota() async throws {
        let refusal =
            #"{"error":{"message":"Pay.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#
        let upstream = ScriptedTransport([.answer(429, refusal)])
        let response = try await stages().pipeline(to: upstream).send(
            Request.chat(model: "gpt-4o-mini", messages: [.user("Hi")]), context: context())
        #expect(response.status.code == 429)
        #expect(try await response.body.collect(upTo: 1_000) == Array(refusal.utf8))
        #expect(upstream.requests.count == 1)
    }

    @Test("within a budget, embeddings are bounded by their input")
    func embeddings() async throws {
        let answer =
            #"{"object":"list","data":[],"model":"text-embedding-3-small","usage":{"prompt_tokens":1,"total_tokens":1}}"#
        let upstream = ScriptedTransport([.answer(200, answer, headers: [.contentType: "application/json"])])
        var stages = try stages()
        stages.policies.metering.budgets = [Budget(name: "b", limit: Money(picos: 1_000_000_000))]
        let request = Request(
            .post, "/embeddings", body: Body(#"{"model":"text-embedding-3-small","input":"hi"}"#))
        let response = try await stages.pipeline(to: upstream).send(request, context: context())
        _ = try await response.body.collect(upTo: 1_000)
        #expect(response.facts[ReceiptFact.self]?.statement?.cost == .exact(Money(picos: 20_000)))
    }
}
