import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

/// What happens with models that have no price.
@Suite("Unpriced models", .timeLimit(.minutes(5)))
struct UnpricedTests {
    private let bench = MeteringBench()
    private let cap = Money(picos: 500_000_000)

    private func send(
        _ steps: [ScriptedTransport.Step], _ text: String = "new 100", account: String = "default",
        policy: MeteringPolicy
    ) async throws -> Response {
        let (pipeline, _) = try bench.pipeline(steps, policy: policy)
        return try await pipeline.send(Stages.post(text), context: Stages.context(account: account))
    }

    private func isUnknown(_ cost: Cost?) -> Bool {
        if case .unknown = cost { true } else { false }
    }

    @Test("a capped call holds the cap, and its line is unknown, with the usage that was reported")
    func capped() async throws {
        let response = try await send(
            [.answer(200, "#new 10 5.")], policy: MeteringPolicy(unpriced: .cap(cap)))
        _ = try await Stages.text(response.body)
        let line = try #require(bench.ledger.settlements.first)
        #expect(isUnknown(line.cost))
        #expect(line.usage?.tokens?.input == 10)
        #expect(line.priceVersion == nil)
        #expect(bench.ledger.settledHolds.map(\.upperBound) == [cap])
        #expect(isUnknown(response.facts[ReceiptFact.self]?.statement?.cost))
    }

    @Test(
        "the cap is no bound of what a call costs: one that broke off is unknown, not estimated up to the cap"
    )
    func cappedAndCut() async throws {
        let policy = MeteringPolicy(unpriced: .cap(cap))
        let cut = try await send(
            [bench.body([.chunk(Array("#new 10 5;".utf8)), .fail(Failure(.connectionFailed, "cut"))])],
            policy: policy)
        _ = try? await Stages.text(cut.body)
        let lost = await stageError {
            _ = try await send([.fail(Failure(.connectionLost, "gone"))], policy: policy)
        }
        #expect(lost == "connection_lost")
        let lines = await bench.lines()
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { isUnknown($0.cost) })
    }

    @Test("a budget charges what was held for a capped call, and refuses the one that doesn't fit any more")
    func budget() async throws {
        var policy = MeteringPolicy(
            unpriced: .cap(cap), budgets: [Budget(name: "all", limit: Money(picos: 1_200_000_000))])
        for _ in 0..<2 {
            _ = try await Stages.text(try await send([.answer(200, "#new 10 5.")], policy: policy).body)
        }
        let third = await stageError { _ = try await send([.answer(200, "#new 10 5.")], policy: policy) }
        #expect(third == "over_budget")
        policy.unpriced = .allow
        let unbounded = await stageError { _ = try await send([.answer(200, "#new 10 5.")], policy: policy) }
        #expect(unbounded == "over_budget")
        #expect(bench.ledger.settlements.count == 2)
    }

    @Test("a capped call whose answer names a model with a price is exact")
    func cappedButPriced() async throws {
        let response = try await send([.answer(200, "#m 10 5.")], policy: MeteringPolicy(unpriced: .cap(cap)))
        _ = try await Stages.text(response.body)
        #expect(bench.ledger.settlements.first?.cost == .exact(Money(picos: 20_000_000)))
    }

    @Test("a refused or unsent capped call costs nothing")
    func cappedAndRefused() async throws {
        let policy = MeteringPolicy(unpriced: .cap(cap))
        _ = try await send([.status(500)], policy: policy)
        _ = await stageError {
            _ = try await send([.fail(Failure(.connectionFailed, "no", wasNeverSent: true))], policy: policy)
        }
        #expect(await bench.lines().map(\.cost) == [.nothing, .nothing])
    }

    @Test(
        "by default an unpriced model is refused if the account has a budget, and allowed and flagged if not")
    func standard() async throws {
        let free = try await send([.answer(200, "#new 10 5.")], policy: MeteringPolicy())
        _ = try await Stages.text(free.body)
        #expect(isUnknown(bench.ledger.settlements.first?.cost))
        let refused = await stageError {
            _ = try await send(
                [.status(200)],
                policy: MeteringPolicy(budgets: [Budget(name: "all", limit: Money(picos: .max))]))
        }
        #expect(refused == "unpriced")
        #expect(bench.ledger.settlements.count == 1 && bench.ledger.openHolds.isEmpty)
    }

    @Test("a model with a price is what no policy for unpriced ones touches")
    func priced() async throws {
        let response = try await send(
            [.answer(200, "#m 10 5.")], "m 100", policy: MeteringPolicy(unpriced: .refuse))
        _ = try await Stages.text(response.body)
        #expect(bench.ledger.settlements.first?.cost == .exact(Money(picos: 20_000_000)))
    }

    @Test(
        "an account follows its own policy, or its nearest ancestor's",
        arguments: [
            ("acme", "unpriced"), ("acme/search", "unpriced"), ("acme/lab", nil), ("acme/lab/one", nil),
            ("acme/lab/two", "unpriced"), ("acmesearch", nil), ("other", nil), ("lab", nil),
        ] as [(String, String?)])
    func accounts(account: String, code: String?) async throws {
        var policy = MeteringPolicy()
        policy.unpricedByAccount = ["acme": .refuse, "acme/lab": .allow, "acme/lab/two": .refuse]
        let found = await stageError {
            let response = try await send([.answer(200, "#new 10 5.")], account: account, policy: policy)
            _ = try await Stages.text(response.body)
        }
        #expect(found == code)
    }

    @Test("an account's own policy is stronger than that for all, and caps have their own amounts")
    func stronger() async throws {
        var policy = MeteringPolicy(unpriced: .refuse)
        policy.unpricedByAccount = ["a": .cap(Money(picos: 7)), "a/b": .cap(Money(picos: 9))]
        for account in ["a", "a/b", "a/b/c"] {
            let response = try await send([.answer(200, "#new 10 5.")], account: account, policy: policy)
            _ = try await Stages.text(response.body)
        }
        #expect(bench.ledger.settledHolds.map(\.upperBound?.picos) == [7, 9, 9])
        #expect(
            await stageError { _ = try await send([.status(200)], account: "b", policy: policy) }
                == "unpriced")
    }

    @Test("a refusal names model, provider, region and account, and what to do")
    func message() async throws {
        var policy = MeteringPolicy(unpriced: .refuse)
        policy.region = "eu"
        do {
            _ = try await send([.status(200)], account: "acme", policy: policy)
            Issue.record("it went through")
        } catch let failure as Failure {
            for part in ["'new'", "of p", "'eu'", "'acme'", "add its price"] {
                #expect(failure.message.contains(part), "\(failure.message)")
            }
            #expect(failure.wasNeverSent)
        }
    }
}
