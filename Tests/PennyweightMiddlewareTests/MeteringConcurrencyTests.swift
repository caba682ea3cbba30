import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Metering, with many calls at once", .timeLimit(.minutes(5)))
struct MeteringConcurrencyTests {
    private let bench = MeteringBench()

    /// Ten input tokens and a hundred output tokens: what `m 100` can cost at most.
    private let bound = Money(picos: 210_000_000)

    @Test("with any number of calls at once, a budget is not overshot, and what is refused isn't sent")
    func budget() async throws {
        let metering = try bench.metering(
            nil, MeteringPolicy(budgets: [Budget(name: "b", limit: Money(picos: 3 * bound.picos))]))
        let upstream = ScriptedTransport(Array(repeating: bench.chunks("no usage."), count: 3))
        let pipeline = Pipeline(to: upstream) { metering }
        let errors = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await stageError {
                        let context = Stages.context()
                        let response = try await pipeline.send(Stages.post("m 100"), context: context)
                        _ = try await Stages.text(response.body)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.filter { $0 == nil }.count == 3)
        #expect(errors.filter { $0 == "over_budget" }.count == 47)
        #expect(upstream.requests.count == 3)
        await expect("over_budget") {
            _ = try await pipeline.send(Stages.post("m"), context: Stages.context())
        }
    }

    @Test("many calls at once that end in any way leave one line each", arguments: [1, 2, 3] as [UInt64])
    func everyWay(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let kinds = (0..<200).map { _ in Int(random.next(below: 7)) }
        let metering = try bench.metering()
        await withTaskGroup(of: Void.self) { group in
            for kind in kinds {
                group.addTask { [bench] in
                    let steps: [ScriptedTransport.Step] = [
                        bench.chunks("a", "#m 10 5."), bench.chunks("a", "#m 10 5."),
                        bench.body([.chunk([97]), .fail(Failure(.connectionLost, ""))]), .status(500),
                        .fail(Failure(.connectionFailed, "", wasNeverSent: true)), bench.chunks("a"),
                        bench.body([.chunk([97]), .hang]),
                    ]
                    let pipeline = Pipeline(to: ScriptedTransport([steps[kind]])) { metering }
                    let call = Task {
                        let body = try await pipeline.send(Stages.post("m 100"), context: Stages.context())
                            .body
                        guard kind != 5 else { return }
                        let reader = try body.makeReader()
                        while try await reader.read() != nil { if kind == 1 { return } }
                    }
                    if kind == 6 { call.cancel() }
                    _ = await call.result
                }
            }
        }
        let lines = await bench.lines()
        #expect(lines.count == kinds.count, "seed \(seed)")
        #expect(Set(lines.map(\.holdID)).count == kinds.count, "seed \(seed)")
        #expect(bench.ledger.openHolds.isEmpty, "seed \(seed)")
        #expect(bench.critical.events.isEmpty)
    }
}
