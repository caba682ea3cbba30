public import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Answers a question with the stored answer to one that means the same; off unless the cache's rules turn it
/// on.
///
/// ```swift
/// let semantic = SemanticLookup(
///     vectors: MemoryVectors(limitBytes: 64 << 20), store: store, format: OpenAIFormat(),
///     embeddings: pipeline, ledger: ledger, time: SystemTime(), random: SystemRandom())
/// ```
///
/// It stands right inside ``Cache``: exact hits and calls in flight come first. The text that the user said
/// last is made a vector by an ordinary call for embeddings, which is metered, budgeted and cached like any
/// other. Among the stored answers of the same ``VectorPartition`` the one with the closest vector is served
/// if it is similar enough, fresh, and the ``SemanticGuard`` allows it. Such an answer costs nothing, leaves
/// a `Saving` of the source `semantic`, is labelled as what it is, and is never stored under the new
/// question.
///
/// Whatever goes wrong makes the call a plain miss. Cancelling the task ends the call for the vector and
/// throws `CancellationError`.
public struct SemanticLookup: Middleware {
    let policy: SemanticPolicy
    let vectors: any VectorStore
    let store: any CacheStore
    let format: any SemanticFormat
    let embeddings: any Transport
    let ledger: (any Ledger)?
    let time: any TimeSource
    let random: any RandomSource
    let judgement: SemanticGuard
    let alarms: Alarms

    /// Entries that one call looks at: the closest may have expired.
    static let candidateLimit = 4

    /// Makes the stage.
    ///
    /// `store` is the cache's own. `embeddings` takes the calls for vectors: a pipeline of the same stages
    /// without this one. Without a ledger hits leave no line.
    public init(
        _ policy: SemanticPolicy = SemanticPolicy(), vectors: any VectorStore, store: any CacheStore,
        format: any SemanticFormat, embeddings: any Transport, ledger: (any Ledger)?, time: any TimeSource,
        random: any RandomSource
    ) {
        self.policy = policy
        self.vectors = vectors
        self.store = store
        self.format = format
        self.embeddings = embeddings
        self.ledger = ledger
        self.time = time
        self.random = random
        judgement = SemanticGuard(policy)
        alarms = Alarms(time: time)
    }

    public var place: Place { .cache }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        guard let missed = context[MissedInquiryKey.self], let phrase = format.phrase(in: request),
            (1...policy.maximumTextBytes).contains(phrase.text.utf8.count)
        else { return try await next(request, context) }
        let started = time.instant()
        let lookup = Lookup(
            request: request, context: context, missed: missed, phrase: phrase,
            due: min(started + policy.patience, context.deadline ?? started + policy.patience))
        let finding = try await find(lookup)
        if case .answer(let response) = finding { return response }
        var response = try await next(request, context)
        follow(finding, of: lookup, in: &response)
        return response
    }

    /// One call on its way through the stage.
    struct Lookup: Sendable {
        let request: Request
        let context: Context
        let missed: MissedInquiry
        let phrase: Phrase
        /// Until when it waits.
        let due: MonotonicInstant
    }

    /// A text's vector, and where it belongs.
    struct Locus: Sendable {
        let vector: UnitVector
        let partition: VectorPartition
    }

    /// What there is for a call.
    enum Finding: Sendable {
        case answer(Response)
        /// Nothing to serve. With a vector, the answer that comes is found by it from then on; with a
        /// candidate, it is compared with that one.
        case nothing(SemanticMiss?, Locus?, compare: Candidate?)
    }

    /// A stored answer that might be served.
    struct Candidate: Sendable {
        let entry: CacheEntry
        let hit: SemanticHit
        let age: Duration
        let remaining: Duration
    }

    /// Lets the answer that comes be stored with its vector, and compared.
    private func follow(_ finding: Finding, of lookup: Lookup, in response: inout Response) {
        guard case .nothing(let reason, let place, let candidate) = finding else { return }
        if let reason { response.facts[SemanticFact.self] = .missed(reason) }
        guard let place else { return }
        let (vectors, format) = (vectors, format)
        response.facts[StoredFact.self] = { entry in
            guard entry.status == 200 else { return }
            // Without its vector an answer is not found by similar questions, and that is all.
            try? await vectors.store(place.vector, for: CacheKey(lookup.missed.fields), in: place.partition)
            guard let candidate, let new = format.words(of: entry),
                let old = format.words(of: candidate.entry)
            else { return }
            try? await vectors.compare(candidate.hit, isCorrect: new == old)
        }
    }
}
