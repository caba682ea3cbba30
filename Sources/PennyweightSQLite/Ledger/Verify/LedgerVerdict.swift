/// What a verification of a ledger found.
public struct LedgerVerdict: Sendable, Hashable {
    /// What was looked at.
    public enum Check: String, Sendable, Hashable, CaseIterable {
        /// Pages and rows, as SQLite's quick_check sees them, and references between tables.
        case structure
        /// Each commit's digest over its rows and the digest before it.
        case chain
        /// Each hold has one line, or is open.
        case holds
        /// Line items add up to their line's exact cost.
        case items
        /// Totals by hour and day are what the lines add up to.
        case rollups
        /// Budgets hold what open attempts hold, and charge what lines charge.
        case counters
    }

    /// One thing that isn't as it must be.
    public struct Finding: Sendable, Hashable {
        public let check: Check
        /// What is wrong, in a sentence.
        public let problem: String
        /// The table that it lies in, as far as that can be told.
        public let table: String?
        /// The number of the commit whose digest doesn't fit.
        public let commit: Int64?
    }

    /// At most ``findingLimit`` of each check, in the order of the checks.
    public internal(set) var findings: [Finding] = []
    /// How many findings there are, those included that are not listed.
    public internal(set) var findingCount = 0
    public internal(set) var lines: Int64 = 0
    public internal(set) var commits: Int64 = 0
    /// Attempts that are open.
    public internal(set) var openHolds: Int64 = 0
    /// The digest of the last commit, 64 hexadecimal digits. Kept elsewhere, it shows later whether anything
    /// up to it was changed by someone who also recomputed the chain.
    public internal(set) var digest = ""

    /// True if nothing was found.
    public var isSound: Bool { findingCount == 0 }

    /// The most findings of one check that are listed.
    public static let findingLimit = 20
}
