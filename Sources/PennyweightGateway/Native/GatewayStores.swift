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
    /// Where the images of stored answers are kept, and what checks their URLs; nil if they aren't.
    public let media: Media?

    /// Images that are handed out under signed URLs.
    public struct Media: Sendable {
        public let store: any MediaStore
        public let links: SignedMediaLinks

        public init(store: any MediaStore, links: SignedMediaLinks) {
            self.store = store
            self.links = links
        }
    }
    /// What takes feedback on answers that were served to similar questions; nil if none are.
    public let vectors: (any VectorStore)?

    public init(
        ledger: any Ledger, calls: any CallLog, jobs: any JobLog, keys: any KeyStore,
        notes: any CallNotes,
        budgets: [Budget] = [], cache: (any CacheStore)? = nil, vectors: (any VectorStore)? = nil,
        media: Media? = nil
    ) {
        self.ledger = ledger
        self.calls = calls
        self.jobs = jobs
        self.keys = keys
        self.notes = notes
        self.budgets = budgets
        self.cache = cache
        self.media = media
        self.vectors = vectors
    }
}
