internal import PennyweightMiddleware

/// The partitions that are in memory, each as of one state of the file.
///
/// An actor, so that a partition that many ask for at once is read once. Reading blocks it.
actor VectorMemory {
    /// Runs work on a connection of the file.
    typealias Reading = @Sendable ((Connection) throws -> Void) throws -> Void

    private struct Loaded {
        var state: PartitionState
        var matrix: VectorMatrix
        /// The highest number that was read.
        var last: Int64 = 0
        var used: UInt64 = 0
    }

    private let limitBytes: Int
    private var partitions: [VectorPartition: Loaded] = [:]
    private var tick: UInt64 = 0

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// The bytes that vectors take.
    var bytes: Int { partitions.values.reduce(0) { $0 + $1.matrix.byteCount } }

    /// A partition as the file has it, and the rows of it that are damaged; nil if it is empty.
    func matrix(
        of partition: VectorPartition, limit: Int, reading: Reading
    ) throws -> (VectorMatrix?, damaged: [Int64]) {
        var known = partitions[partition]
        var damaged: [Int64] = []
        do {
            try reading { connection in
                guard let state = try PartitionState.read(partition, on: connection) else {
                    known = nil
                    return
                }
                if known?.state.id != state.id {
                    known = Loaded(state: state, matrix: VectorMatrix(dimensions: partition.dimensions))
                } else if known?.state == state {
                    return
                }
                damaged = try VectorMemory.update(&known, to: state, partition, limit, on: connection)
            }
        } catch {
            // Half of it may have been read.
            partitions[partition] = nil
            throw error
        }
        tick += 1
        known?.used = tick
        partitions[partition] = known
        evict(but: partition)
        return (known?.matrix, damaged)
    }

    /// Takes out what is gone, and reads what is new. The state was read before: what changes meanwhile is
    /// seen at the next look.
    private static func update(
        _ loaded: inout Loaded?, to state: PartitionState, _ partition: VectorPartition, _ limit: Int,
        on connection: Connection
    ) throws -> [Int64] {
        guard var next = loaded else { return [] }
        if next.state.removed != state.removed, next.matrix.count > 0 {
            let numbers = try connection.statement(CacheSchema.vectorNumbers).all(.of(state.id)) {
                try $0.integer()
            }
            next.matrix.keep(only: Set(numbers))
        }
        var damaged: [Int64] = []
        let values: [SQLValue] = [.of(state.id), .of(next.last), .of(limit)]
        try connection.statement(CacheSchema.vectorsAfter).forEach(values) { row in
            let number = try row.integer()
            next.last = max(next.last, number)
            let checksum = try row.integer()
            let digest = try row.bytes()
            let vector = row.withBytes { bytes in
                SQLiteVectors.checksum(of: digest, bytes) == checksum ? UnitVector(bytes: bytes) : nil
            }
            guard let vector, let key = CacheKey(digest: digest), vector.dimensions == partition.dimensions
            else {
                damaged.append(number)
                return
            }
            next.matrix.add(vector, number: number, key: key)
        }
        next.matrix.keepNewest(limit)
        next.state = state
        loaded = next
        return damaged
    }

    private func evict(but partition: VectorPartition) {
        while bytes > limitBytes,
            let oldest = partitions.filter({ $0.key != partition }).min(by: { $0.value.used < $1.value.used })
        {
            partitions[oldest.key] = nil
        }
    }
}
