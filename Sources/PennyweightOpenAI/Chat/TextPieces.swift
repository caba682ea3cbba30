internal import PennyweightJSON

/// Cuts a text into a few pieces that are each a text: never inside an escape, a surrogate pair or a
/// character's UTF-8.
enum TextPieces {
    private static let maximumCount = 8
    private static let minimumBytes = 24

    static func cut(_ text: JSONText) -> [JSONText] {
        let raw = text.raw
        let size = max(minimumBytes, (raw.count + maximumCount - 1) / maximumCount)
        var pieces: [JSONText] = []
        var piece: JSONText = ""
        var position = 0
        while position < raw.count {
            let end = min(raw.count, position + unitLength(in: raw, at: position))
            piece.raw += raw[position..<end]
            position = end
            if piece.raw.count >= size {
                pieces.append(piece)
                piece = ""
            }
        }
        return piece.raw.isEmpty ? pieces : pieces + [piece]
    }

    private static func unitLength(in raw: [UInt8], at position: Int) -> Int {
        guard raw[position] == UInt8(ascii: "\\") else {
            return 1 + raw[(position + 1)...].prefix { $0 & 0xC0 == 0x80 }.count
        }
        guard raw[position + 1] == UInt8(ascii: "u") else { return 2 }
        return isSurrogate(raw, at: position, high: true) && isSurrogate(raw, at: position + 6, high: false)
            ? 12 : 6
    }

    /// True for `\ud800` to `\udbff`, or with `high: false` for `\udc00` to `\udfff`.
    private static func isSurrogate(_ raw: [UInt8], at position: Int, high: Bool) -> Bool {
        guard position + 6 <= raw.count, raw[position] == UInt8(ascii: "\\"),
            raw[position + 1] == UInt8(ascii: "u"),
            raw[position + 2] | 0x20 == UInt8(ascii: "d")
        else { return false }
        return (high ? "89ab" : "cdef").utf8.contains(raw[position + 3] | 0x20)
    }
}
