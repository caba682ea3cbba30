private import PennyweightLedger
public import PennyweightTime
private import Synchronization

/// Vectors and feedback in memory: for programs without a file, and for tests.
///
/// Bounded: at most 100,000 vectors and so many bytes; partitions that were not used for longest go first,
/// whole.
public final class MemoryVectors: VectorStore {
    /// The most vectors of one partition, the most hits that can be judged, and the most counts.
    public static let entryLimit = 100_000

    private struct Place: Hashable {
        let partition: CacheKey
        /// Nil for the partition as a whole.
        let key: CacheKey?
    }

    private struct State {
        var matrices: [VectorPartition: (matrix: VectorMatrix, used: UInt64)] = [:]
        var evidence: [Place: SimilarityEvidence] = [:]
        var hits: [SortableID: (hit: SemanticHit, isCorrect: Bool?)] = [:]
        var order: [SortableID] = []
        var tick: UInt64 = 0
        var bytes: Int { matrices.values.reduce(0) { $0 + $1.matrix.byteCount } }
    }

    private let limitBytes: Int
    private let state = Mutex(State())

    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    public func nearest(
        to vector: UnitVector, in partition: VectorPartition, atLeast least: Double, limit: Int
    ) async throws -> [VectorNeighbour] {
        let matrix = state.withLock { state in
            state.tick += 1
            state.matrices[partition]?.used = state.tick
            return state.matrices[partition]?.matrix
        }
        return try await matrix?.nearest(to: vector, atLeast: least, limit: limit) ?? []
    }

    public func store(_ vector: UnitVector, for key: CacheKey, in partition: VectorPartition) async throws {
        guard vector.dimensions == partition.dimensions else { return }
        let most = min(MemoryVectors.entryLimit, limitBytes / VectorMatrix.bytes(of: vector.dimensions))
        guard most > 0 else { return }
        state.withLock { state in
            state.tick += 1
            var matrix =
                state.matrices.removeValue(forKey: partition)?.matrix
                ?? VectorMatrix(dimensions: partition.dimensions)
            matrix.remove(key)
            matrix.keepNewest(most - 1)
            matrix.add(vector, number: Int64(state.tick), key: key)
            state.matrices[partition] = (matrix, state.tick)
            while state.bytes > limitBytes,
                let oldest = state.matrices.min(by: { $0.value.used < $1.value.used })?.key
            {
                state.matrices[oldest] = nil
            }
        }
    }

    public func remove(vectorsOf key: CacheKey) async throws {
        state.withLock { state in
            for partition in state.matrices.keys { state.matrices[partition]?.matrix.remove(key) }
            state.matrices = state.matrices.filter { $0.value.matrix.count > 0 }
        }
    }

    public func evidence(
        for key: CacheKey, in partition: VectorPartition
    ) async throws -> (entry: SimilarityEvidence, partition: SimilarityEvidence) {
        state.withLock { state in
            (
                state.evidence[Place(partition: partition.digest, key: key)] ?? SimilarityEvidence(),
                state.evidence[Place(partition: partition.digest, key: nil)] ?? SimilarityEvidence()
            )
        }
    }

    public func note(_ hit: SemanticHit) {
        state.withLock { MemoryVectors.keep(hit, in: &$0) }
    }

    public func judge(
        _ hit: SortableID, of entry: SortableID?, isCorrect: Bool, account: String
    ) async throws -> SemanticVerdict? {
        state.withLock { state in
            guard let known = state.hits[hit], entry ?? known.hit.entry == known.hit.entry,
                AccountPath.isCovered(known.hit.account, by: account)
            else {
                return nil
            }
            return MemoryVectors.count(known.hit, isCorrect: isCorrect, in: &state)
        }
    }

    public func compare(_ hit: SemanticHit, isCorrect: Bool) async throws {
        state.withLock { state in
            MemoryVectors.keep(hit, in: &state)
            _ = MemoryVectors.count(hit, isCorrect: isCorrect, in: &state)
        }
    }

    public func vectorCount() async throws -> Int {
        state.withLock { $0.matrices.values.reduce(0) { $0 + $1.matrix.count } }
    }

    private static func keep(_ hit: SemanticHit, in state: inout State) {
        guard state.hits[hit.id] == nil else { return }
        state.hits[hit.id] = (hit, nil)
        state.order.append(hit.id)
        guard state.order.count > entryLimit else { return }
        for id in state.order.prefix(entryLimit / 10) { state.hits[id] = nil }
        state.order.removeFirst(entryLimit / 10)
    }

    private static func count(
        _ hit: SemanticHit, isCorrect: Bool, in state: inout State
    ) -> SemanticVerdict {
        if let known = state.hits[hit.id]?.isCorrect {
            return SemanticVerdict(key: hit.key, isCorrect: known, isNew: false)
        }
        state.hits[hit.id]?.isCorrect = isCorrect
        let band = SimilarityEvidence.band(of: hit.similarity)
        for key in [hit.key, nil] {
            let place = Place(partition: hit.partition.digest, key: key)
            if state.evidence.count >= entryLimit, state.evidence[place] == nil { makeRoom(in: &state) }
            state.evidence[place, default: SimilarityEvidence()].bands[band, default: .init()]
                .add(isCorrect: isCorrect)
        }
        return SemanticVerdict(key: hit.key, isCorrect: isCorrect, isNew: true)
    }

    /// What was never wrong is forgotten first: it closes nothing.
    private static func makeRoom(in state: inout State) {
        state.evidence = state.evidence.filter { $0.value.bands.values.contains { $0.wrong > 0 } }
        if state.evidence.count >= entryLimit { state.evidence = [:] }
    }
}
