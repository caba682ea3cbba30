import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightMiddleware

/// A stage further out than `Retry` that speaks its own word, as fallbacks and hedges do.
private struct Outer: Middleware {
    /// What it does with its verdict after each answer or error from below; true to call again.
    let decide: @Sendable (Verdict, Int) async -> Bool

    var place: Place { .route }

    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        var count = 0
        while true {
            count += 1
            let verdict = Verdict(under: context[AttemptVerdict.self])
            var inner = context
            inner[AttemptVerdict.self] = verdict
            do {
                let response = try await next(request, inner)
                if await decide(verdict, count) { continue }
                return response
            } catch {
                if await decide(verdict, count) { continue }
                throw error
            }
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct VerdictTests {
    private let bench = MeteringBench()

    private func pipeline(
        _ steps: [ScriptedTransport.Step], retries: Int = 1,
        _ decide: @escaping @Sendable (Verdict, Int) async -> Bool
    ) throws -> Pipeline {
        let metering = try bench.metering()
        return Pipeline(to: ScriptedTransport(steps)) {
            Outer(decide: decide)
            Retry(
                RetryPolicy(maximumAttempts: retries), time: bench.time, random: SeededRandom(seed: 1))
            metering
        }
    }

    private func failed(_ number: UInt64, _ outcome: Outcome = .refused) async throws -> FailedAttempt {
        let id = SortableID(high: 0, low: number)
        let now = bench.time.now()
        try await bench.ledger.reserve(
            Hold(
                id: id, callID: id, attempt: 1,
                subject: Subject(account: "a", provider: "p", model: "m", route: "/"), upperBound: nil,
                openedAt: now, expiresAt: now + .seconds(60)))
        return FailedAttempt(
            settlement: Settlement(holdID: id, outcome: outcome, cost: .nothing, settledAt: now),
            ledger: bench.ledger, settlements: bench.settlements)
    }

    @Test("what Retry gives up on is left to the stage further out, which may have another way")
    func fallback() async throws {
        let ledger = bench.ledger
        let pipeline = try pipeline([.status(500), bench.chunks("#m 10 5.")]) { verdict, count in
            guard count == 1 else { return false }
            // Retry has given up, and the line isn't written: only this stage knows what it is.
            #expect(ledger.settlements.isEmpty && ledger.openHolds.count == 1)
            await verdict.overrule(as: .absorbed)
            #expect(ledger.settlements.map(\.outcome) == [.absorbed])
            return true
        }
        let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
        _ = try await Stages.text(response.body)
        #expect(bench.ledger.settlements.map(\.outcome) == [.absorbed, .served])
    }

    @Test("what the stage further out lets stand is what it is, after the retries that were absorbed")
    func fallbackGivesUp() async throws {
        let wait: HTTPFields = [.retryAfter: "1"]
        let pipeline = try pipeline([.answer(500, "", headers: wait), .status(404)], retries: 3) {
            verdict, _ in
            await verdict.stand()
            return false
        }
        let task = Task { try await pipeline.send(Stages.post("m 100"), context: Stages.context()) }
        await bench.time.waitForSleepers(1)
        bench.time.advance(by: .seconds(1))
        #expect(try await task.value.status.code == 404)
        #expect(bench.ledger.settlements.map(\.outcome) == [.absorbed, .refused])
    }

    @Test("a verdict that nobody speaks lets its attempts stand, in the background", arguments: [1, 2])
    func dropped(depth: Int) async throws {
        do {
            let outer = Verdict()
            let inner = depth == 2 ? Verdict(under: outer) : outer
            let attempt = try await failed(1)
            #expect(inner.keep(attempt) == .kept)
            #expect(bench.ledger.settlements.isEmpty)
        }
        #expect(await bench.lines().map(\.outcome) == [.refused])
    }

    @Test("a stage that is cancelled leaves its attempts as they are, though its context lives on")
    func left() async throws {
        let verdict = Verdict()
        #expect(verdict.keep(try await failed(1)) == .kept)
        verdict.leave()
        #expect(await bench.lines().map(\.outcome) == [.refused])
        await verdict.overrule(as: .absorbed)
        #expect(verdict.word == nil)
    }

    @Test("dropping an inner verdict leaves its attempts to the outer one, whose word counts")
    func droppedInside() async throws {
        let outer = Verdict()
        do {
            let inner = Verdict(under: outer)
            #expect(inner.keep(try await failed(1)) == .kept)
        }
        #expect(bench.settlements.count == 0)
        await outer.overrule(as: .hedgeLost)
        #expect(bench.ledger.settlements.map(\.outcome) == [.hedgeLost])
    }

    @Test("the first word counts, and those that end after it get it, too")
    func firstWord() async throws {
        let verdict = Verdict()
        #expect(verdict.keep(try await failed(1)) == .kept)
        await verdict.overrule(as: .absorbed)
        await verdict.stand()
        await verdict.overrule(as: .hedgeLost)
        #expect(bench.ledger.settlements.map(\.outcome) == [.absorbed])
        #expect(verdict.keep(try await failed(2)) == .settle(as: .absorbed))
        #expect(verdict.word == .absorbed)
        let other = Verdict(under: verdict)
        #expect(other.word == .absorbed)
        await other.stand()
        await other.overrule(as: .hedgeLost)
        #expect(other.keep(try await failed(3)) == .settle(as: .absorbed))
    }

    @Test("an attempt that lost a race says so, though it ended with an answer that nobody read")
    func hedgeLost() async throws {
        let pipeline = try pipeline([bench.chunks("a", "#m 10 5.")]) { verdict, _ in
            await verdict.overrule(as: .hedgeLost)
            return false
        }
        do {
            let response = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
            let reader = try response.body.makeReader()
            _ = try await reader.read()
            reader.cancel()
        }
        let lines = await bench.lines()
        #expect(lines.map(\.outcome) == [.hedgeLost])
        #expect(lines[0].cost.status == "estimated")
    }

    @Test("an attempt that lost a race before its answer says so when it is cancelled")
    func hedgeLostBeforeItsAnswer() async throws {
        let spoken = Mutex<Verdict?>(nil)
        let metering = try bench.metering()
        let upstream = ScriptedTransport([.hang])
        let pipeline = Pipeline(to: upstream) { metering }
        let verdict = Verdict()
        spoken.withLock { $0 = verdict }
        var context = Stages.context()
        context[AttemptVerdict.self] = verdict
        let task = Task { [context] in
            try await pipeline.send(Stages.post("m 100"), context: context)
        }
        #expect(await Stages.eventually { !upstream.requests.isEmpty })
        await verdict.overrule(as: .hedgeLost)
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        #expect(await bench.lines().map(\.outcome) == [.hedgeLost])
    }

    @Test("whoever speaks first among many, each attempt is settled once", arguments: [1, 2, 3] as [UInt64])
    func race(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        for round in 0..<40 as Range<UInt64> {
            let outer = Verdict()
            let verdict = Verdict(under: outer)
            let attempts = [try await failed(round * 2), try await failed(round * 2 + 1)]
            let order = (0..<5).map { _ in random.next(below: 5) }
            await withTaskGroup(of: Void.self) { group in
                for attempt in attempts {
                    group.addTask { await attempt.settle(as: verdict.keep(attempt)) }
                }
                for step in order {
                    group.addTask {
                        switch step {
                        case 0: await verdict.overrule(as: .absorbed)
                        case 1: await verdict.stand()
                        case 2: await outer.overrule(as: .hedgeLost)
                        case 3: await outer.stand()
                        default: await Task.yield()
                        }
                    }
                }
            }
            await verdict.stand()
            await outer.stand()
        }
        let lines = await bench.lines()
        #expect(lines.count == 80, "seed \(seed)")
        #expect(Set(lines.map(\.holdID)).count == 80, "seed \(seed)")
        #expect(bench.ledger.openHolds.isEmpty, "seed \(seed)")
    }
}
