internal import PennyweightPipeline

extension SQLiteLedger {
    /// How far a verification is: rows done and all rows of one check.
    public struct VerifyProgress: Sendable, Hashable {
        public let check: LedgerVerdict.Check
        public let done: Int64
        public let all: Int64
    }

    /// Proves that the ledger is what was written to it: structure, chain, holds, items, totals, budgets.
    ///
    /// Reads one state of the file from beginning to end, while others write to it, in memory that doesn't
    /// grow with it; writes nothing. `expected` is a digest (64 hexadecimal digits) that was noted before: it
    /// has to be in the chain. Throws a `Failure` `storage` if the file can't be read, and what `progress`
    /// throws, which ends it.
    ///
    /// What can't be noticed without an expected digest: rows taken away at the end together with the end of
    /// the chain, and a change by someone who recomputes all digests after it. What the chain doesn't cover:
    /// when processes started, which events were told, and when an open attempt expires.
    public func verify(
        expecting expected: String? = nil, progress: @escaping (VerifyProgress) throws -> Void = { _ in }
    ) throws -> LedgerVerdict {
        try read { connection in
            let report = VerifyReport(progress: progress)
            try report.watching(.structure) {
                try StructureCheck(connection: connection, report: report).run()
            }
            let isWhole = report.verdict.isSound
            try report.watching(.chain) {
                try ChainCheck(connection: connection, report: report).run(expecting: expected?.lowercased())
            }
            // In a file whose rows aren't as their tables promise, whatever else is found is a guess.
            guard isWhole else { return report.verdict }
            try report.watching(.holds) { try HoldCheck(connection: connection, report: report).run() }
            try report.watching(.items) { try ItemCheck(connection: connection, report: report).run() }
            try report.watching(.rollups) { try RollupCheck(connection: connection, report: report).run() }
            try report.watching(.counters) { try CounterCheck(connection: connection, report: report).run() }
            return report.verdict
        }
    }
}

/// Where the checks of one verification write what they find.
final class VerifyReport {
    var verdict = LedgerVerdict()
    private var counts: [LedgerVerdict.Check: Int] = [:]
    private let progress: (SQLiteLedger.VerifyProgress) throws -> Void

    /// Rows between two reports of progress.
    static let progressRows: Int64 = 5_000

    init(progress: @escaping (SQLiteLedger.VerifyProgress) throws -> Void) {
        self.progress = progress
    }

    func find(
        _ check: LedgerVerdict.Check, _ problem: String, table: String? = nil, commit: Int64? = nil
    ) {
        verdict.findingCount += 1
        counts[check, default: 0] += 1
        guard counts[check, default: 0] <= LedgerVerdict.findingLimit else { return }
        verdict.findings.append(.init(check: check, problem: problem, table: table, commit: commit))
    }

    /// Runs a check; that a row can't be read, or the file is damaged where it lies, is a finding.
    func watching(_ check: LedgerVerdict.Check, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let problem as StorageProblem where problem.kind == .unexpectedRow || problem.isDamage {
            find(check, problem.message)
        }
    }

    /// Tells how far a check is, now and then.
    func advance(_ check: LedgerVerdict.Check, _ done: Int64, of all: Int64) throws {
        guard done == all || done % VerifyReport.progressRows == 0 else { return }
        try progress(.init(check: check, done: done, all: all))
    }
}
