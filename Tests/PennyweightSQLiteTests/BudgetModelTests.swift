import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

/// Random interleavings of everything that moves a budget, compared with ``BudgetModel`` after each step.
///
/// `PENNYWEIGHT_BUDGET_ROUNDS` says how many, and `PENNYWEIGHT_BUDGET_SEED` which one comes first.
@Suite("Budgets against a model", .timeLimit(.minutes(30)))
struct BudgetModelTests {
    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }
    private static let seed = UInt64(number("PENNYWEIGHT_BUDGET_SEED") ?? 1)

    @Test(
        "in memory, settled and held stay within every hard limit and are what the model says, at every step")
    func memory() async throws {
        let rounds = BudgetModelTests.number("PENNYWEIGHT_BUDGET_ROUNDS") ?? 40
        var tally = BudgetRun.Tally()
        for round in 0..<rounds {
            let run = BudgetRun(
                seed: BudgetModelTests.seed + UInt64(round), ledger: MemoryLedger(limit: 10_000),
                time: ManualTime())
            tally += try await run.steps(80)
        }
        print("budgets in memory: \(rounds) interleavings from seed \(BudgetModelTests.seed), \(tally)")
        #expect(tally.refused > 0 && tally.admitted > 0 && tally.swept > 0)
    }

    @Test(
        "in SQLite, settled and held stay within every hard limit and are what the model says, at every step")
    func sqlite() async throws {
        let rounds = max(3, (BudgetModelTests.number("PENNYWEIGHT_BUDGET_ROUNDS") ?? 60) / 20)
        let directory = try TemporaryDirectory()
        var tally = BudgetRun.Tally()
        for round in 0..<rounds {
            let time = ManualTime()
            let ledger = try SQLiteLedger.open(at: directory.newFile(), time: time)
            let run = BudgetRun(seed: BudgetModelTests.seed + UInt64(round), ledger: ledger, time: time)
            tally += try await run.steps(60)
            await ledger.close()
        }
        print("budgets in SQLite: \(rounds) interleavings from seed \(BudgetModelTests.seed), \(tally)")
        #expect(tally.refused > 0 && tally.admitted > 0 && tally.swept > 0)
    }

    @Test(
        "a clock that goes back neither ends a renewed hold early nor hides what was spent the day before",
        arguments: [11, 103] as [UInt64])
    func clockGoesBack(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime()
        let ledger = try SQLiteLedger.open(at: directory.newFile(), time: time)
        _ = try await BudgetRun(seed: seed, ledger: ledger, time: time).steps(60)
        await ledger.close()
    }
}
