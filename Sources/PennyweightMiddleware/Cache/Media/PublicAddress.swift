/// Tells addresses that anybody may have from those that lead into one's own network
/// (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry).
enum PublicAddress {
    /// True for a public address in network order: 4 bytes, or 16.
    static func isOne(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !specialIPv4.contains { $0.contains(address) }
        case 16: isPublicIPv6(address)
        default: false
        }
    }

    private struct Block {
        let prefix: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                return prefix[bit / 8] & mask == address[bit / 8] & mask
            }
        }
    }

    private static let specialIPv4 = [
        Block(prefix: [0], bits: 8), Block(prefix: [10], bits: 8), Block(prefix: [100, 64], bits: 10),
        Block(prefix: [127], bits: 8), Block(prefix: [169, 254], bits: 16),
        Block(prefix: [172, 16], bits: 12), Block(prefix: [192, 0, 0], bits: 24),
        Block(prefix: [192, 0, 2], bits: 24), Block(prefix: [192, 88, 99], bits: 24),
        Block(prefix: [192, 168], bits: 16), Block(prefix: [198, 18], bits: 15),
        Block(prefix: [198, 51, 100], bits: 24), Block(prefix: [203, 0, 113], bits: 24),
        Block(prefix: [224], bits: 3),
    ]

    /// Addresses that stand for an IPv4 address count as that one.
    private static func isPublicIPv6(_ address: [UInt8]) -> Bool {
        let zeros = [UInt8](repeating: 0, count: 8)
        if address.starts(with: zeros + [0, 0, 0xFF, 0xFF]) { return isOne(Array(address[12...])) }
        if address.starts(with: [0, 0x64, 0xFF, 0x9B] + zeros) { return isOne(Array(address[12...])) }
        if address.starts(with: [0x20, 0x02]) { return isOne(Array(address[2..<6])) }
        // Documentation, Teredo and other protocol assignments.
        if address.starts(with: [0x20, 0x01, 0x0D, 0xB8]) { return false }
        if address.starts(with: [0x20, 0x01]), address[2] < 2 { return false }
        return address[0] & 0xE0 == 0x20
    }
}
