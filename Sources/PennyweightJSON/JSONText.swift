/// A JSON string as it is written between its quotes, escapes included.
///
/// Two texts that are written differently differ, even if they mean the same: compare ``string`` for meaning.
/// Joining two raw texts is joining their meaning, even if a surrogate pair was cut in two.
public struct JSONText: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What stands between the quotes; valid JSON string content.
    public var raw: [UInt8]

    init(raw: [UInt8]) {
        self.raw = raw
    }

    /// Escapes a text.
    public init(_ text: String) {
        raw = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw += Array("\\\"".utf8)
            case UInt8(ascii: "\\"): raw += Array("\\\\".utf8)
            case 0x0A: raw += Array("\\n".utf8)
            case 0x0D: raw += Array("\\r".utf8)
            case 0x09: raw += Array("\\t".utf8)
            case ..<0x20: raw += Array("\\u00".utf8) + [digit(byte >> 4), digit(byte & 0xF)]
            default: raw.append(byte)
            }
        }
    }

    public init(stringLiteral text: String) {
        self.init(text)
    }

    public static func + (left: JSONText, right: JSONText) -> JSONText {
        JSONText(raw: left.raw + right.raw)
    }

    /// The text itself; nil if it has a lone surrogate, which a `String` can't hold.
    public var string: String? {
        guard let bytes = utf8 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 of the text itself; nil if it has a lone surrogate.
    public var utf8: [UInt8]? {
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var position = 0
        while position < raw.count {
            guard raw[position] == UInt8(ascii: "\\") else {
                decoded.append(raw[position])
                position += 1
                continue
            }
            let kind = raw[position + 1]
            position += 2
            if kind == UInt8(ascii: "u") {
                guard let scalar = scalar(at: &position) else { return nil }
                decoded += Array(String(Character(scalar)).utf8)
            } else {
                decoded.append(JSONText.unescaped(kind))
            }
        }
        return decoded
    }

    /// Reads the scalar of `\uXXXX`, or of a surrogate pair of two, whose first digits start at `position`.
    private func scalar(at position: inout Int) -> UnicodeScalar? {
        let first = unit(at: position)
        position += 4
        guard (0xD800...0xDBFF).contains(first) else { return UnicodeScalar(first) }
        guard position + 6 <= raw.count, raw[position] == UInt8(ascii: "\\"),
            raw[position + 1] == UInt8(ascii: "u")
        else { return nil }
        let second = unit(at: position + 2)
        guard (0xDC00...0xDFFF).contains(second) else { return nil }
        position += 6
        return UnicodeScalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
    }

    private func unit(at position: Int) -> UInt16 {
        raw[position..<position + 4].reduce(0) { $0 << 4 | (hexDigit($1) ?? 0) }
    }

    private static func unescaped(_ kind: UInt8) -> UInt8 {
        switch kind {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: kind
        }
    }
}

private func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}
