private import PennyweightTime

/// A job that a provider was asked for, and the attempt that pays for it.
public struct JobRecord: Sendable, Hashable {
    public let job: ProviderJob
    /// The attempt that started it: who it was for, and when.
    public let hold: Hold
    /// True until its attempt is settled.
    public let isOpen: Bool

    public init(job: ProviderJob, hold: Hold, isOpen: Bool) {
        self.job = job
        self.hold = hold
        self.isOpen = isOpen
    }
}

/// Which jobs of one provider are wanted.
public struct JobQuery: Sendable, Hashable {
    public var provider: String
    /// This account and those below it; empty for all.
    public var account = ""
    /// True for those alone whose attempts are not settled yet.
    public var isOpenOnly = false
    /// True for the oldest first; the newest are first otherwise.
    public var isOldestFirst = false
    /// Only jobs that come after this one, in the order that is asked for; nil for the first page. After a
    /// job that the log doesn't know comes none.
    public var after: String?
    /// The most that are wanted.
    public var limit = 20

    public init(provider: String) {
        self.provider = provider
    }
}

/// Looks up the jobs that a ledger has noted, settled or not.
///
/// A page costs as much as the jobs that it passes over: those of other accounts, too.
public protocol JobLog: Sendable {
    /// One job; nil if the ledger has not noted it. Throws a `Failure` `storage` if it can't be read.
    func job(_ job: ProviderJob) async throws -> JobRecord?

    /// A page of jobs, in the order in which they were noted, or from the last one on. Throws a `Failure`
    /// `storage` if they can't be read.
    func jobs(_ query: JobQuery) async throws -> [JobRecord]
}
