/// A direction: numbers whose squares add up to 1. The dot product of two is their cosine.
///
/// Kept in groups of sixteen, the last one filled up with zeros, as a processor multiplies them.
public struct UnitVector: Sendable, Hashable {
    /// The most numbers that one may have.
    public static let maximumDimensions = 8_192

    /// How many numbers there are.
    public let dimensions: Int
    let groups: [SIMD16<Float>]

    /// Takes the direction of a vector; nil if it has none (it is zero, or has a number that is none), no
    /// numbers, or more than ``maximumDimensions``.
    public init?(of numbers: [Float]) {
        guard (1...UnitVector.maximumDimensions).contains(numbers.count) else { return nil }
        // In twice the precision: squares of large numbers would be infinite.
        let length = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length.isNormal else { return nil }
        var groups = [SIMD16<Float>](repeating: .zero, count: UnitVector.groupCount(of: numbers.count))
        for (index, number) in numbers.enumerated() {
            groups[index / 16][index % 16] = Float(Double(number) / length)
        }
        dimensions = numbers.count
        self.groups = groups
    }

    /// The numbers in their order.
    public var numbers: [Float] { (0..<dimensions).map { groups[$0 / 16][$0 % 16] } }

    /// Each number as 4 bytes, the lowest first (IEEE 754).
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(dimensions * 4)
        for number in numbers {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
            }
        }
        return bytes
    }

    /// Reads ``bytes``; nil if they are not those of a unit vector.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count % 4 == 0, bytes.count / 4 <= UnitVector.maximumDimensions else {
            return nil
        }
        let count = bytes.count / 4
        var groups = [SIMD16<Float>](repeating: .zero, count: UnitVector.groupCount(of: count))
        #if _endian(little)
        groups.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        #else
        for index in 0..<count {
            let word = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
            groups[index / 16][index % 16] = Float(bitPattern: UInt32(littleEndian: word))
        }
        #endif
        let square = groups.reduce(Float(0)) { $0 + ($1 * $1).sum() }
        guard square > 0.99, square < 1.01 else { return nil }
        dimensions = count
        self.groups = groups
    }

    /// How many groups so many numbers fill.
    static func groupCount(of dimensions: Int) -> Int { (dimensions + 15) / 16 }

    /// The cosine of the angle between two vectors of the same dimensions; 0 for others.
    public func cosine(to other: UnitVector) -> Float {
        guard dimensions == other.dimensions else { return 0 }
        return groups.withUnsafeBufferPointer { left in
            other.groups.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return UnitVector.dot(left, right, groups.count)
            }
        }
    }

    /// The sum of the products. Nothing is checked here: both must have `count` groups.
    @inline(__always)
    static func dot(
        _ left: UnsafePointer<SIMD16<Float>>, _ right: UnsafePointer<SIMD16<Float>>, _ count: Int
    ) -> Float {
        // Two sums, so that one addition need not wait for the other.
        var even = SIMD16<Float>.zero
        var odd = SIMD16<Float>.zero
        var index = 0
        while index + 1 < count {
            even += left[index] * right[index]
            odd += left[index + 1] * right[index + 1]
            index += 2
        }
        if index < count { even += left[index] * right[index] }
        return (even + odd).sum()
    }
}
