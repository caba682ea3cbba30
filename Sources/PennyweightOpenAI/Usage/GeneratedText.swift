internal import PennyweightJSON

/// Counts what a model has written, for an estimate where no usage was reported.
enum GeneratedText {
    /// The characters (Unicode scalars) of the text in the choices of a chat or completion answer, or of a
    /// chunk.
    static func characters(in root: JSONNode) -> Int64 {
        (root["choices"]?.elements ?? []).reduce(0) { sum, choice in
            let text = choice["delta"] ?? choice["message"] ?? choice["text"]
            return sum + (text.map(characters(of:)) ?? 0)
        }
    }

    private static let labels: Set<String> = ["id", "index", "role", "type"]

    private static func characters(of node: JSONNode) -> Int64 {
        switch node.kind {
        case .string: scalars(in: node.source.dropFirst().dropLast())
        case .array: node.elements.reduce(0) { $0 + characters(of: $1) }
        case .object:
            node.members.reduce(0) { sum, member in
                labels.contains(member.name.string ?? "") ? sum : sum + characters(of: member.value)
            }
        case .null, .bool, .number: 0
        }
    }

    private static func scalars(in raw: ArraySlice<UInt8>) -> Int64 {
        var count: Int64 = 0
        var position = raw.startIndex
        while position < raw.endIndex {
            let byte = raw[position]
            if byte == UInt8(ascii: "\\"), position + 1 < raw.endIndex {
                position += raw[position + 1] == UInt8(ascii: "u") ? 6 : 2
                count += 1
            } else {
                if byte & 0xC0 != 0x80 { count += 1 }
                position += 1
            }
        }
        return count
    }
}
