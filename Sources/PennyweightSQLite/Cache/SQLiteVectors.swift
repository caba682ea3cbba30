public import PennyweightMiddleware
private import PennyweightPipeline

/// Vectors and feedback in the file of a ``SQLiteCache``, searched in memory.
///
/// A partition is read when it is first searched, and kept in step with the file from then on, whoever
/// changes it: a look costs one point read, and what is new is read on. Partitions that were not used for
/// longest leave memory first, whole. A damaged row is passed over and removed.
///
/// Vectors count towards the cache's bound on the disk, and go with their entries.
public final class SQLiteVectors: VectorStore {
    /// The most vectors of one partition; the oldest go first.
    public static let partitionLimit = 100_000
    /// The most served answers that can still be judged, and the most counts of right and wrong ones.
    public static let feedbackLimit = 100_000
    /// 128 MiB: some 21,000 vectors of 1,536 numbers.
    public static let defaultMemoryBytes = 128 << 20

    let cache: SQLiteCache
    private let memory: VectorMemory
    private let memoryBytes: Int

    /// Keeps vectors in the file of a cache, which closes it; at most so many bytes of them in memory. A
    /// partition never has more vectors than fit there.
    public init(in cache: SQLiteCache, memoryBytes: Int = SQLiteVectors.defaultMemoryBytes) {
        self.cache = cache
        self.memoryBytes = memoryBytes
        memory = VectorMemory(limitBytes: memoryBytes)
    }

    public func nearest(
        to vector: UnitVector, in partition: VectorPartition, atLeast least: Double, limit: Int
    ) async throws -> [VectorNeighbour] {
        let most = most(of: partition.dimensions)
        let (matrix, damaged) = try await memory.matrix(of: partition, limit: most) { work in
            try self.cache.reading(work)
        }
        if !damaged.isEmpty {
            // Nobody waits for it: if it fails, the next look tries again.
            cache.enqueue { connection in
                for row in damaged {
                    try connection.statement(CacheSchema.deleteVectorRow).run(.of(row))
                }
            }
        }
        return try await matrix?.nearest(to: vector, atLeast: least, limit: limit) ?? []
    }

    public func store(_ vector: UnitVector, for key: CacheKey, in partition: VectorPartition) async throws {
        let most = most(of: partition.dimensions)
        guard vector.dimensions == partition.dimensions, most > 0 else { return }
        let bytes = vector.bytes
        let checksum = SQLiteVectors.checksum(of: key, bytes)
        let limitBytes = cache.limitBytes
        try await cache.write { connection in
            let digest = SQLValue.of(partition.digest.digest)
            try connection.statement(CacheSchema.insertPartition).run(digest)
            guard let state = try PartitionState.read(partition, on: connection) else { return }
            try connection.statement(CacheSchema.deleteVector)
                .run(.of(state.id), .of(key.hash), .of(key.digest))
            // Removing the last one removes the partition: it may have to be made anew.
            try connection.statement(CacheSchema.insertPartition).run(digest)
            guard let state = try PartitionState.read(partition, on: connection) else { return }
            let surplus = state.count + 1 - most
            if surplus > 0 {
                try connection.statement(CacheSchema.deleteOldestVectors).run(.of(state.id), .of(surplus))
            }
            try connection.statement(CacheSchema.insertVector)
                .run(.of(state.id), .of(key.hash), .of(key.digest), .of(checksum), .of(bytes))
            _ = try CacheEviction(limitBytes: limitBytes).run(on: connection)
        }
    }

    public func remove(vectorsOf key: CacheKey) async throws {
        try await cache.write {
            try $0.statement(CacheSchema.deleteVectorsOf).run(.of(key.hash), .of(key.digest))
        }
    }

    public func vectorCount() async throws -> Int {
        try cache.reading { connection in
            Int(try connection.statement(CacheSchema.vectorTotal).first { try $0.integer() } ?? 0)
        }
    }

    private func most(of dimensions: Int) -> Int {
        min(SQLiteVectors.partitionLimit, memoryBytes / VectorMatrix.bytes(of: dimensions))
    }

    static func checksum(of key: CacheKey, _ bytes: [UInt8]) -> Int64 {
        bytes.withUnsafeBytes { checksum(of: key.digest, $0) }
    }

    static func checksum(of key: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Int64 {
        var sum = Checksum()
        key.withUnsafeBytes { sum.addBytes($0) }
        sum.addBytes(bytes)
        return sum.stored
    }
}

/// What the file says of a partition.
struct PartitionState: Sendable, Hashable {
    let id: Int64
    /// How many vectors were ever put in, and taken out.
    let inserted: Int64
    let removed: Int64

    var count: Int { Int(inserted - removed) }

    static func read(_ partition: VectorPartition, on connection: Connection) throws -> PartitionState? {
        try connection.statement(CacheSchema.partition).first(.of(partition.digest.digest)) { row in
            PartitionState(
                id: try row.integer(), inserted: try row.integer(), removed: try row.integer())
        }
    }
}
