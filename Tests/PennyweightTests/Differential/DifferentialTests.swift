import FoundationEssentials
import PennyweightTesting
import PennyweightTime
import Testing

/// `make differential REQUESTS=1000000` runs these for longer.
@Suite("The cache against a naive model", .serialized)
struct DifferentialTests {
    private static var requests: Int {
        ProcessInfo.processInfo.environment["PENNYWEIGHT_DIFFERENTIAL_REQUESTS"].flatMap(Int.init) ?? 6_000
    }
    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["PENNYWEIGHT_DIFFERENTIAL_SEED"].flatMap(UInt64.init)
            ?? 20_261_123
    }

    @Test(
        "random questions, their neighbours and their spellings: no wrong answer, and none is paid twice",
        arguments: [false, true])
    func differs(forgets: Bool) async throws {
        let trial = try CacheTrial(seed: DifferentialTests.seed, forgets: forgets)
        while trial.tally.requests < DifferentialTests.requests / 2 { try await trial.step() }
        try await trial.finish()
        print("seed \(DifferentialTests.seed)\(forgets ? ", small tiers" : ""): \(trial.tally)")
        #expect(trial.tally.wrong == 0)
        #expect(trial.tally.paidTwice == 0)
        #expect(trial.tally.hits > trial.tally.requests / (forgets ? 20 : 8))
        #expect(trial.tally.failures > 0)
    }
}
