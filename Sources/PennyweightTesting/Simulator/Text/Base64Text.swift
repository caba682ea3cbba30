/// Base64 with padding (RFC 4648 section 4).
enum Base64Text {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var position = 0
        while position < bytes.count {
            let count = min(3, bytes.count - position)
            var group = UInt32(bytes[position]) << 16
            if count > 1 { group |= UInt32(bytes[position + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[position + 2]) }
            for digit in 0..<4 {
                let index = Int(group >> (18 - 6 * UInt32(digit)) & 0x3F)
                text.append(digit <= count ? alphabet[index] : UInt8(ascii: "="))
            }
            position += count
        }
        return String(decoding: text, as: UTF8.self)
    }
}
