/// White space between the tokens of valid JSON: added for readers, and taken away again.
enum JSONLayout {
    /// A line for every member and element, indented by two spaces a level. For JSON without white space.
    static func spread(_ json: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count * 2)
        var depth = 0
        var string = StringTracker()
        for (position, byte) in json.enumerated() {
            guard string.isOutside(byte) else {
                out.append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                out.append(byte)
                depth += 1
                let isEmpty = position + 1 < json.count && isClosing(json[position + 1])
                if !isEmpty { breakLine(depth, in: &out) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if position > 0, !isOpening(json[position - 1]) { breakLine(depth, in: &out) }
                out.append(byte)
            case UInt8(ascii: ","):
                out.append(byte)
                breakLine(depth, in: &out)
            case UInt8(ascii: ":"): out += [byte, UInt8(ascii: " ")]
            default: out.append(byte)
            }
        }
        return out
    }

    /// The same tokens without white space between them.
    static func compact(_ json: [UInt8]) -> [UInt8] {
        var string = StringTracker()
        return json.filter { byte in
            !string.isOutside(byte) || ![0x20, 0x09, 0x0A, 0x0D].contains(byte)
        }
    }

    private static func breakLine(_ depth: Int, in out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        out += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    private static func isClosing(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }

    /// Knows whether a byte stands in a string, quotes included.
    private struct StringTracker {
        private var isInside = false
        private var isEscaped = false

        mutating func isOutside(_ byte: UInt8) -> Bool {
            guard isInside else {
                isInside = byte == UInt8(ascii: "\"")
                return !isInside
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInside = false
            }
            return false
        }
    }
}
