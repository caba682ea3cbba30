import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The search through vectors in memory")
struct VectorMatrixTests {
    private let make = EntryMaker()

    private func vectors(_ count: Int, _ dimensions: Int, _ random: SeededRandom) -> [UnitVector] {
        (0..<count).compactMap { _ in UnitVector(of: UnitVectorTests.numbers(dimensions, random)) }
    }

    private func matrix(_ vectors: [UnitVector], _ dimensions: Int) -> VectorMatrix {
        var matrix = VectorMatrix(dimensions: dimensions)
        for (number, vector) in vectors.enumerated() {
            matrix.add(vector, number: Int64(number), key: make.key(number))
        }
        return matrix
    }

    @Test("finds what sorting all of them by a naive cosine finds")
    func matchesModel() async throws {
        let random = SeededRandom(seed: SystemRandom().next())
        for dimensions in [3, 16, 50] {
            let all = vectors(700, dimensions, random)
            let matrix = matrix(all, dimensions)
            for _ in 0..<5 {
                let query = try #require(UnitVector(of: UnitVectorTests.numbers(dimensions, random)))
                let found = try await matrix.nearest(to: query, atLeast: 0.2, limit: 7)
                let expected = all.indices.map {
                    (key: make.key($0), similarity: UnitVectorTests.naive(all[$0].numbers, query.numbers))
                }.filter { $0.similarity >= 0.2 }.sorted { $0.similarity > $1.similarity }.prefix(7)
                #expect(found.count == expected.count, "seed \(random.seed)")
                for (one, two) in zip(found, expected) {
                    #expect(abs(one.similarity - two.similarity) < 1e-5, "seed \(random.seed)")
                }
            }
        }
    }

    @Test("removing leaves all others, in any block")
    func removes() async throws {
        let all = vectors(600, 8, SeededRandom(seed: 3))
        var matrix = matrix(all, 8)
        let copy = matrix
        for number in [0, 255, 256, 599, 300] { matrix.remove(make.key(number)) }
        #expect(matrix.count == 595)
        for number in [0, 1, 254, 255, 256, 257, 300, 301, 598, 599] {
            let found = try await matrix.nearest(to: all[number], atLeast: 0.9999, limit: 1)
            let isGone = [0, 255, 256, 599, 300].contains(number)
            #expect(found.first?.key == (isGone ? nil : make.key(number)))
        }
        matrix.keep(only: [5, 500, 9_999])
        #expect(matrix.count == 2)
        #expect(matrix.byteCount == 2 * VectorMatrix.bytes(of: 8))
        // A copy is what it was.
        #expect(copy.count == 600)
        #expect(try await copy.nearest(to: all[255], atLeast: 0.9999, limit: 1).first?.key == make.key(255))
    }

    @Test("keeps the newest")
    func newest() async throws {
        let all = vectors(600, 8, SeededRandom(seed: 4))
        var matrix = matrix(all, 8)
        matrix.keepNewest(10)
        #expect(matrix.count == 10)
        #expect(try await matrix.nearest(to: all[590], atLeast: 0.9999, limit: 1).count == 1)
        #expect(try await matrix.nearest(to: all[589], atLeast: 0.9999, limit: 1).isEmpty)
        matrix.keepNewest(0)
        #expect(matrix.count == 0)
    }

    @Test("vectors of other dimensions are neither kept nor looked for")
    func otherDimensions() async throws {
        var matrix = VectorMatrix(dimensions: 2)
        let (two, three) = (
            try #require(UnitVector(of: [1, 0])), try #require(UnitVector(of: [1, 0, 0]))
        )
        matrix.add(three, number: 1, key: make.key(1))
        #expect(matrix.count == 0)
        matrix.add(two, number: 2, key: make.key(2))
        #expect(try await matrix.nearest(to: three, atLeast: 0, limit: 1).isEmpty)
    }

    @Test("a cancelled search ends")
    func cancelled() async throws {
        let all = vectors(5_000, 2, SeededRandom(seed: 5))
        let matrix = matrix(all, 2)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await matrix.nearest(to: all[0], atLeast: 0, limit: 1)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
