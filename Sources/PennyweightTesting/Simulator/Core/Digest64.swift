/// A 64-bit digest that is the same on every run and machine (FNV-1a); it tells requests apart, it protects
/// nothing.
struct Digest64: Sendable, Hashable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(seed: UInt64 = 0) {
        add((0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * UInt64($0))) })
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
    }

    mutating func add(_ text: String) {
        add(text.utf8)
    }
}
