import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Vectors in memory")
struct MemoryVectorsTests {
    private let make = EntryMaker()

    @Test("the contract of the port") func contract() async throws {
        try await checkVectorStore { (MemoryVectors(limitBytes: 1 << 20), MemoryCache(limitBytes: 1 << 20)) }
    }

    @Test("partitions that were not used for longest go first, whole")
    func bounded() async throws {
        let each = VectorMatrix.bytes(of: 4)
        let vectors = MemoryVectors(limitBytes: each * 10)
        let partitions = (0..<3).map { VectorPartition(digest: make.key($0), dimensions: 4) }
        let vector = try #require(UnitVector(of: [1, 2, 3, 4]))
        for number in 0..<12 {
            try await vectors.store(vector, for: make.key(number), in: partitions[number % 2])
        }
        #expect(try await vectors.vectorCount() <= 10)
        _ = try await vectors.nearest(to: vector, in: partitions[1], atLeast: 0, limit: 1)
        for number in 20..<29 {
            try await vectors.store(vector, for: make.key(number), in: partitions[2])
        }
        #expect(try await vectors.nearest(to: vector, in: partitions[0], atLeast: 0, limit: 1).isEmpty)
        #expect(try await vectors.vectorCount() <= 10)
        // One that is full gives up its oldest vectors.
        for number in 30..<60 {
            try await vectors.store(vector, for: make.key(number), in: partitions[2])
        }
        let found = try await vectors.nearest(to: vector, in: partitions[2], atLeast: 0, limit: 100)
        #expect(Set(found.map(\.key)) == Set((50..<60).map { make.key($0) }))
    }
}
