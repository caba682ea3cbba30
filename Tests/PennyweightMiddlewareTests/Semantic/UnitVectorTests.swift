import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Unit vectors and their cosine")
struct UnitVectorTests {
    /// Numbers from −1 to 1, with a few that are far larger.
    static func numbers(_ count: Int, _ random: SeededRandom) -> [Float] {
        (0..<count).map { _ in
            let number = Float(Int64(random.next(below: 2_000_001)) - 1_000_000) / 1_000_000
            return random.next(below: 50) == 0 ? number * 40 : number
        }
    }

    /// The definition, in twice the precision.
    static func naive(_ left: [Float], _ right: [Float]) -> Double {
        var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
        for (one, two) in zip(left, right) {
            product += Double(one) * Double(two)
            leftSquare += Double(one) * Double(one)
            rightSquare += Double(two) * Double(two)
        }
        return product / (leftSquare.squareRoot() * rightSquare.squareRoot())
    }

    @Test("the cosine is that of a naive model in double precision, for any count of numbers")
    func matchesModel() throws {
        let random = SeededRandom(seed: SystemRandom().next())
        for count in Array(1...40) + [63, 64, 65, 255, 256, 1_535, 1_536, 3_072] {
            for _ in 0..<4 {
                let (one, two) = (
                    UnitVectorTests.numbers(count, random), UnitVectorTests.numbers(count, random)
                )
                guard let left = UnitVector(of: one), let right = UnitVector(of: two) else { continue }
                let expected = UnitVectorTests.naive(one, two)
                #expect(
                    abs(Double(left.cosine(to: right)) - expected) < 1e-5, "seed \(random.seed), \(count)")
                #expect(abs(left.cosine(to: left) - 1) < 1e-5, "seed \(random.seed)")
            }
        }
    }

    @Test("what has no direction is no vector")
    func refuses() {
        #expect(UnitVector(of: []) == nil)
        #expect(UnitVector(of: [0, 0, 0]) == nil)
        #expect(UnitVector(of: [1, .nan]) == nil)
        #expect(UnitVector(of: [1, .infinity]) == nil)
        #expect(UnitVector(of: Array(repeating: 1, count: UnitVector.maximumDimensions + 1)) == nil)
        #expect(UnitVector(of: [Float.greatestFiniteMagnitude, 1])?.numbers.first == 1)
        #expect(UnitVector(of: [Float.leastNonzeroMagnitude])?.numbers == [1])
    }

    @Test("bytes say the same, and damaged ones say nothing")
    func bytes() throws {
        let random = SeededRandom(seed: 11)
        for count in [1, 15, 16, 17, 1_536] {
            let vector = try #require(UnitVector(of: UnitVectorTests.numbers(count, random)))
            let bytes = vector.bytes
            #expect(bytes.count == count * 4)
            #expect(bytes.withUnsafeBytes { UnitVector(bytes: $0) } == vector)
            #expect(bytes.dropLast().withUnsafeBytes { UnitVector(bytes: $0) } == nil)
            #expect(Array(bytes + [0, 0, 0x80, 0x7F]).withUnsafeBytes { UnitVector(bytes: $0) } == nil)
        }
        #expect([UInt8]().withUnsafeBytes { UnitVector(bytes: $0) } == nil)
    }

    @Test("vectors of other dimensions are never close")
    func otherDimensions() throws {
        let (one, two) = (try #require(UnitVector(of: [1])), try #require(UnitVector(of: [1, 0])))
        #expect(one.cosine(to: two) == 0)
    }
}
