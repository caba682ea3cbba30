import PennyweightTesting
import PennyweightTime

/// Ways to cut bytes in pieces.
enum Splits {
    static func everyTwo(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

    static func random(_ bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
        let random = SeededRandom(seed: seed)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int(random.next(below: 40)) + 1
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    /// Every split in two, byte by byte, and twenty random ones.
    static func all(_ bytes: [UInt8]) -> [[[UInt8]]] {
        everyTwo(bytes) + [single(bytes)] + (1...20).map { random(bytes, seed: $0) }
    }
}
