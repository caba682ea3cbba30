/// Base 64 with padding (RFC 4648 section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// What each byte stands for; 255 for one that is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: text(Array(bytes)), as: UTF8.self)
    }

    /// The digits as bytes.
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        let count = (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: count) { text, initialized in
            var place = 0
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let length = min(3, bytes.count - start)
                var bits = UInt32(bytes[start]) << 16
                if length > 1 { bits |= UInt32(bytes[start + 1]) << 8 }
                if length > 2 { bits |= UInt32(bytes[start + 2]) }
                for digit in 0..<4 {
                    let value = Int(bits >> (18 - 6 * UInt32(digit)) & 0x3F)
                    text[place] = digit <= length ? digits[value] : UInt8(ascii: "=")
                    place += 1
                }
            }
            initialized = count
        }
    }

    /// Nil unless the text is whole groups of the alphabet, padded, with no bit set that would be lost.
    static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)) }

    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for place in 0..<(text.count - padding) {
            let value = values[Int(text[place])]
            guard value != 255 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= (1 << count) - 1
        }
        return bits == 0 ? bytes : nil
    }
}
