internal import PennyweightJSON

/// Cuts a text into a few pieces that are each a text: never inside an escape, a surrogate pair or a
/// character's UTF-8.
enum TextPieces {
    private static let maximumCount = 8
    private static let minimumBytes = 24

    /// Cuts into about `count` pieces at most; nil for a few, none of them tiny.
    static func cut(_ text: JSONText, into count: Int? = nil) -> [JSONText] {
        let raw = text.raw
        let most = max(1, count ?? maximumCount)
        let size = max(count == nil ? minimumBytes : 1, (raw.count + most - 1) / most)
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
