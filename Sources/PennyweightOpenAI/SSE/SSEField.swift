/// One line of an event stream, taken apart: `name: value`.
struct SSEField {
    let name: String
    /// The value's bytes in the line that it was read from, without the one space that may stand before it.
    let value: ArraySlice<UInt8>

    /// Takes a line without its end; nil for an empty line and for a comment.
    init?(_ line: ArraySlice<UInt8>) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        guard colon > line.startIndex else { return nil }
        name = String(decoding: line[..<colon], as: UTF8.self)
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        self.value = value
    }
}
