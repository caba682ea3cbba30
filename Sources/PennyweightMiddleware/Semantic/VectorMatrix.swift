/// Vectors of one dimension count in memory, searched one after the other.
///
/// They lie side by side in blocks of some hundred, so that a copy of the matrix that is being searched costs
/// no more than a block when the original grows.
public struct VectorMatrix: Sendable {
    /// Vectors in one block.
    static let blockRows = 256
    /// Vectors between two looks whether the search was cancelled: about a millisecond.
    static let sliceBlocks = 16

    /// What stands beside a vector.
    struct Row: Sendable, Hashable {
        let number: Int64
        let key: CacheKey
    }

    private struct Block: Sendable {
        var groups: [SIMD16<Float>] = []
        var rows: [Row] = []
    }

    /// How many numbers each vector has.
    public let dimensions: Int
    /// How many vectors there are.
    public private(set) var count = 0
    private let groupCount: Int
    private var blocks: [Block] = []

    public init(dimensions: Int) {
        self.dimensions = dimensions
        groupCount = UnitVector.groupCount(of: dimensions)
    }

    /// The bytes that the vectors take in memory, and what stands beside them.
    public var byteCount: Int { count * VectorMatrix.bytes(of: dimensions) }

    /// The bytes that one vector takes.
    public static func bytes(of dimensions: Int) -> Int {
        UnitVector.groupCount(of: dimensions) * 64 + rowBytes
    }

    private static let rowBytes = 96

    /// Adds a vector. One of other dimensions is not added.
    public mutating func add(_ vector: UnitVector, number: Int64, key: CacheKey) {
        guard vector.dimensions == dimensions else { return }
        if blocks.last.map({ $0.rows.count >= VectorMatrix.blockRows }) ?? true { blocks.append(Block()) }
        blocks[blocks.count - 1].groups += vector.groups
        blocks[blocks.count - 1].rows.append(Row(number: number, key: key))
        count += 1
    }

    /// Removes the vectors of a key.
    public mutating func remove(_ key: CacheKey) { keep { $0.key != key } }

    /// Removes every vector but those of these numbers.
    public mutating func keep(only numbers: Set<Int64>) { keep { numbers.contains($0.number) } }

    /// Removes the vectors with the lowest numbers until so many are left.
    public mutating func keepNewest(_ limit: Int) {
        guard count > limit else { return }
        let numbers = blocks.flatMap { $0.rows.map(\.number) }.sorted()
        let least = limit > 0 ? numbers[numbers.count - limit] : Int64.max
        keep { $0.number >= least }
    }

    private mutating func keep(_ isKept: (Row) -> Bool) {
        for index in blocks.indices where !blocks[index].rows.allSatisfy(isKept) {
            var left = Block()
            for (place, row) in blocks[index].rows.enumerated() where isKept(row) {
                left.rows.append(row)
                left.groups += blocks[index].groups[(place * groupCount)..<((place + 1) * groupCount)]
            }
            count -= blocks[index].rows.count - left.rows.count
            blocks[index] = left
        }
        blocks.removeAll { $0.rows.isEmpty }
    }

    /// The vectors that are closest to another, closest first: at most `limit`, with a cosine of at least
    /// `least`.
    ///
    /// Costs a look at every vector. Gives other tasks their turn about every millisecond; throws
    /// `CancellationError` if the task was cancelled.
    public func nearest(
        to vector: UnitVector, atLeast least: Double, limit: Int
    ) async throws -> [VectorNeighbour] {
        guard vector.dimensions == dimensions, limit > 0 else { return [] }
        var found: [VectorNeighbour] = []
        for (index, block) in blocks.enumerated() {
            if index % VectorMatrix.sliceBlocks == VectorMatrix.sliceBlocks - 1 {
                try Task.checkCancellation()
                await Task.yield()
            }
            VectorMatrix.search(block, for: vector, groupCount, Float(least), limit, &found)
        }
        return found
    }

    private static func search(
        _ block: Block, for vector: UnitVector, _ groupCount: Int, _ least: Float, _ limit: Int,
        _ found: inout [VectorNeighbour]
    ) {
        block.groups.withUnsafeBufferPointer { groups in
            vector.groups.withUnsafeBufferPointer { query in
                guard let start = groups.baseAddress, let query = query.baseAddress else { return }
                var bar = found.count < limit ? least : Float(found[found.count - 1].similarity)
                for row in 0..<block.rows.count {
                    let cosine = UnitVector.dot(start + row * groupCount, query, groupCount)
                    // Also false if it is no number.
                    guard cosine >= bar else { continue }
                    let neighbour = VectorNeighbour(key: block.rows[row].key, similarity: Double(cosine))
                    let place = found.firstIndex { $0.similarity < neighbour.similarity } ?? found.count
                    found.insert(neighbour, at: place)
                    if found.count > limit { found.removeLast() }
                    if found.count == limit { bar = Float(found[limit - 1].similarity) }
                }
            }
        }
    }
}

/// A stored vector that is close to another.
public struct VectorNeighbour: Sendable, Hashable {
    /// The entry that the vector stands for.
    public let key: CacheKey
    /// The cosine of the angle between both, at most 1 but for rounding.
    public let similarity: Double

    public init(key: CacheKey, similarity: Double) {
        self.key = key
        self.similarity = similarity
    }
}
