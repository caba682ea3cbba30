private import PennyweightLedger
public import PennyweightMiddleware
private import PennyweightTime

/// Checks that a store keeps every promise of the port `VectorStore`; throws a ``ContractViolation`` that
/// names the first one that is broken.
///
/// `make` gives a new, empty store at every call, with the cache whose entries its vectors belong to.
public func checkVectorStore(
    _ make: @Sendable () async throws -> (vectors: any VectorStore, entries: any CacheStore)
) async throws {
    let contract = VectorStoreContract()
    let checks = [
        contract.findsTheNearest, contract.keepsPartitionsApart, contract.replacesAndRemoves,
        contract.countsFeedbackOnce, contract.keepsAccountsApart, contract.countsComparisons,
    ]
    for check in checks {
        let stores = try await make()
        try await check(stores.vectors, stores.entries)
    }
}

/// The promises of `VectorStore`, one by one, each against an empty store.
struct VectorStoreContract: Sendable {
    let make = EntryMaker()

    func findsTheNearest(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        let home = partition(1)
        for number in 0..<8 { try await put(number, in: home, store, entries) }
        let found = try await store.nearest(to: vector(3), in: home, atLeast: 0.5, limit: 2)
        try require(found.first?.key, is: make.key(3), "the nearest vector comes first")
        try require(found.count, is: 2, "no more are found than were asked for")
        try require(found.allSatisfy { $0.similarity > 0.5 }, is: true, "only what is near enough is found")
        try require(await store.vectorCount(), is: 8, "vectors are counted")
    }

    func keepsPartitionsApart(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        try await put(1, in: partition(1), store, entries)
        try require(
            await store.nearest(to: vector(1), in: partition(2), atLeast: -1, limit: 1), is: [],
            "a vector is found in its own partition only")
        try require(
            await store.nearest(to: vector(1), in: partition(1), atLeast: 0.99, limit: 1).count, is: 1,
            "a vector is found in its own partition")
    }

    func replacesAndRemoves(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        let home = partition(1)
        try await put(1, in: home, store, entries)
        try await put(2, in: home, store, entries)
        try await store.store(vector(5), for: make.key(1), in: home)
        try require(await store.vectorCount(), is: 2, "an entry has one vector in a partition")
        try require(
            await store.nearest(to: vector(5), in: home, atLeast: 0.99, limit: 1).first?.key, is: make.key(1),
            "the latest vector of an entry stands")
        try await store.remove(vectorsOf: make.key(1))
        try require(
            await store.nearest(to: vector(5), in: home, atLeast: 0.99, limit: 1), is: [],
            "a removed vector is gone")
        try await store.remove(vectorsOf: make.key(2))
        try require(await store.vectorCount(), is: 0, "nothing is left")
        try await put(2, in: home, store, entries)
        try require(
            await store.nearest(to: vector(2), in: home, atLeast: 0.99, limit: 1).count, is: 1,
            "a partition that was emptied is filled again")
    }

    func countsFeedbackOnce(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        let hit = hit(1, of: make.key(1))
        store.note(hit)
        try require(
            await store.judge(hit.id, of: make.id(77), isCorrect: false, account: "") == nil, is: true,
            "a verdict on another entry is none")
        let first = try await store.judge(hit.id, of: hit.entry, isCorrect: false, account: "")
        try require(
            first, is: SemanticVerdict(key: make.key(1), isCorrect: false, isNew: true), "a verdict counts")
        let again = try await store.judge(hit.id, of: nil, isCorrect: true, account: "")
        try require(
            again, is: SemanticVerdict(key: make.key(1), isCorrect: false, isNew: false),
            "the first verdict on a hit stands")
        let expected = SimilarityEvidence(bands: [4: .init(right: 0, wrong: 1)])
        let known = try await store.evidence(for: make.key(1), in: hit.partition)
        try require(known.entry, is: expected, "an entry's evidence is counted by similarity")
        try require(known.partition, is: expected, "a partition's evidence is counted by similarity")
        let other = try await store.evidence(for: make.key(2), in: hit.partition)
        try require(other.entry, is: SimilarityEvidence(), "another entry has evidence of its own")
        try require(other.partition, is: expected, "the partition's is that of all its entries")
        let elsewhere = try await store.evidence(for: make.key(1), in: partition(2))
        try require(elsewhere.entry, is: SimilarityEvidence(), "another partition has evidence of its own")
    }

    func keepsAccountsApart(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        let hit = hit(1, of: make.key(1))
        store.note(hit)
        for account in ["other", "acme/other", "acm"] {
            try require(
                await store.judge(hit.id, of: nil, isCorrect: false, account: account) == nil, is: true,
                "nobody judges another account's hits")
        }
        try require(
            await store.judge(make.id(99), of: nil, isCorrect: false, account: "") == nil, is: true,
            "an unknown hit can't be judged")
        try require(
            await store.judge(hit.id, of: nil, isCorrect: true, account: "acme")?.isNew, is: true,
            "an account judges what lies below it")
    }

    func countsComparisons(_ store: any VectorStore, _ entries: any CacheStore) async throws {
        let hit = hit(1, of: make.key(1))
        try await store.compare(hit, isCorrect: true)
        try await store.compare(hit, isCorrect: true)
        let known = try await store.evidence(for: make.key(1), in: hit.partition)
        try require(
            known.entry, is: SimilarityEvidence(bands: [4: .init(right: 1, wrong: 0)]),
            "a comparison counts once")
    }

    private func put(
        _ number: Int, in partition: VectorPartition, _ store: any VectorStore, _ entries: any CacheStore
    ) async throws {
        try await entries.store(make.entry(number, body: make.text(number)), for: make.key(number))
        try await store.store(vector(number), for: make.key(number), in: partition)
    }

    private func hit(_ number: Int, of key: CacheKey) -> SemanticHit {
        SemanticHit(
            id: make.id(number), partition: partition(1), entry: make.id(1_000), key: key, similarity: 0.98,
            account: "acme/search", at: Timestamp(seconds: 1_767_225_600))
    }

    private func partition(_ number: Int) -> VectorPartition {
        VectorPartition(digest: make.key(1_000_000 + number), dimensions: 3)
    }

    /// Directions a tenth of a right angle or so apart.
    private func vector(_ number: Int) -> UnitVector {
        let numbers: [Float] = [1, Float(number) * 0.15, 0.1]
        guard let vector = UnitVector(of: numbers) else { preconditionFailure("It has a direction.") }
        return vector
    }
}
