/// A 128-bit identifier that sorts by the time at which it was made: a UUID of version 7 (RFC 9562
/// section 5.7).
///
/// Two identifiers of one millisecond sort in no particular order. Its text is the usual 36 characters.
public struct SortableID: Sendable, Hashable, Comparable, CustomStringConvertible, Codable {
    /// The most significant 64 bits: 48 of Unix milliseconds, the version, 12 of random.
    public let high: UInt64
    /// The least significant 64 bits: the variant and 62 of random.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a new identifier from the wall time and 74 random bits.
    public init(time: some TimeSource, random: some RandomSource) {
        let milliseconds = UInt64(clamping: time.now().milliseconds) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        low = 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Reads the 36-character text in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (position, byte) in utf8.enumerated() {
            if [8, 13, 18, 23].contains(position) {
                guard byte == 0x2D else { return nil }
                continue
            }
            guard let value = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            if digits < 16 {
                halves.0 = halves.0 << 4 | UInt64(value)
            } else {
                halves.1 = halves.1 << 4 | UInt64(value)
            }
            digits += 1
        }
        self.init(high: halves.0, low: halves.1)
    }

    /// The 16 bytes in network order, as they are stored.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// Reads 16 bytes in network order; nil for another count.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// Reads 16 bytes in network order; nil for another count.
    public init?(bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ SortableID(bytes: $0) }) else { return nil }
        self = id
    }

    public var description: String {
        let alphabet: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    buffer[position] = 0x2D
                    position += 1
                }
                let half = digit < 16 ? high : low
                let nibble = Int(half >> (60 - 4 * UInt64(digit % 16)) & 0xF)
                buffer[position] = alphabet.utf8Start[nibble]
                position += 1
            }
            return 36
        }
    }

    public static func < (left: SortableID, right: SortableID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
