public import PennyweightLedger
public import PennyweightMiddleware

/// What the gateway looks things up in: keys, calls, jobs and spending. It knows no store; they are
/// handed in.
public struct GatewayStores: Sendable {
    public let ledger: any Ledger
    public let calls: any CallLog
    /// Whose a video is.
    public let jobs: any JobLog
    public let keys: any KeyStore
    /// What takes the calls that are refused, and where calls belong.
    public let notes: any CallNotes
    /// The budgets that calls are held against, for the native API to show.
    public let budgets: [Budget]
    /// Where answers are kept; nil if they aren't.
    public let cache: (any CacheStore)?

    public init(
        ledger: any Ledger, calls: any CallLog, jobs: any JobLog, keys: any KeyStore,
        notes: any CallNotes,
        budgets: [Budget] = [], cache: (any CacheStore)? = nil
    ) {
        self.ledger = ledger
        self.calls = calls
        self.jobs = jobs
        self.keys = keys
        self.notes = notes
        self.budgets = budgets
        self.cache = cache
    }
}
