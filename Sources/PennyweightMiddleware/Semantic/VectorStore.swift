public import PennyweightTime

/// Where the vectors of stored answers are kept, and what was learned about serving them. It knows no policy
/// and no answers.
///
/// Stores are disposable and bounded. Whatever they throw makes the call a plain miss, never an error.
public protocol VectorStore: Sendable {
    /// The vectors of a partition that are closest to another, closest first: at most `limit`, with a cosine
    /// of at least `least`.
    func nearest(
        to vector: UnitVector, in partition: VectorPartition, atLeast least: Double, limit: Int
    ) async throws -> [VectorNeighbour]

    /// Keeps the vector of an entry, in place of the one it had in the partition. Nothing is kept for an
    /// entry that is gone, where the store can tell.
    func store(_ vector: UnitVector, for key: CacheKey, in partition: VectorPartition) async throws

    /// Removes the vectors of an entry that is gone.
    func remove(vectorsOf key: CacheKey) async throws

    /// What is known of an entry's answers to similar questions, and of all the partition's.
    func evidence(
        for key: CacheKey, in partition: VectorPartition
    ) async throws -> (entry: SimilarityEvidence, partition: SimilarityEvidence)

    /// Notes an answer that was served, so that it can be judged. Best effort; waits for nothing.
    func note(_ hit: SemanticHit)

    /// Counts whether a served answer was right, and returns what stands: the first verdict on a hit, however
    /// often it is given. Nil if the hit isn't known, served another entry than is named, or is none of the
    /// account and those below it (empty: all).
    func judge(
        _ hit: SortableID, of entry: SortableID?, isCorrect: Bool, account: String
    ) async throws -> SemanticVerdict?

    /// Counts a comparison: whether what would have been served is what the provider said. Once for each hit.
    func compare(_ hit: SemanticHit, isCorrect: Bool) async throws

    /// How many vectors there are.
    func vectorCount() async throws -> Int
}

/// A stored answer that was, or might have been, served to a similar question.
public struct SemanticHit: Sendable, Hashable {
    /// Names it: the call that it answered.
    public var id: SortableID
    public var partition: VectorPartition
    /// The entry's name and key.
    public var entry: SortableID
    public var key: CacheKey
    public var similarity: Double
    /// The account of the call.
    public var account: String
    public var at: Timestamp

    public init(
        id: SortableID, partition: VectorPartition, entry: SortableID, key: CacheKey, similarity: Double,
        account: String,
        at: Timestamp
    ) {
        self.id = id
        self.partition = partition
        self.entry = entry
        self.key = key
        self.similarity = similarity
        self.account = account
        self.at = at
    }
}

/// What was said of a hit.
public struct SemanticVerdict: Sendable, Hashable {
    /// The entry that was served.
    public var key: CacheKey
    /// The verdict that stands.
    public var isCorrect: Bool
    /// True if it was counted now; false if the hit had been judged before.
    public var isNew: Bool

    public init(key: CacheKey, isCorrect: Bool, isNew: Bool) {
        self.key = key
        self.isCorrect = isCorrect
        self.isNew = isNew
    }
}
