internal import PennyweightJSON

/// The answer of `POST /embeddings`, with everything in it that isn't known kept as it is.
struct EmbeddingList: Sendable {
    /// The members of one vector's object but `index`, as written.
    typealias Vector = [(name: [UInt8], value: [UInt8])]

    let model: String?
    /// In the order of their `index`.
    let vectors: [Vector]
    /// The counts of `usage`; nil if the answer has none.
    let usage: TokenShares.Counts?
    private let members: [(name: [UInt8], value: [UInt8])]

    /// Nil if the list is not complete: an index is missing or doubled, or a vector has no embedding.
    init?(_ answer: [UInt8]) {
        guard let root = try? JSONDocument(answer).root else { return nil }
        self.init(root)
    }

    init?(_ root: JSONNode) {
        guard root["object"]?.string == "list",
            let data = root["data"], data.kind == .array, root["error"]?.isNull ?? true
        else { return nil }
        var vectors: [Int: Vector] = [:]
        for element in data.elements {
            guard let index = element["index"]?.integer.flatMap(Int.init(exactly:)),
                let embedding = element["embedding"], [.array, .string].contains(embedding.kind)
            else { return nil }
            vectors[index] = element.members.filter { $0.name.string != "index" }.map {
                (Array($0.name.source), Array($0.value.source))
            }
        }
        let ordered = (0..<data.elements.count).compactMap { vectors[$0] }
        guard ordered.count == data.elements.count else { return nil }
        self.vectors = ordered
        model = root["model"]?.string
        usage = root["usage"].flatMap(TokenShares.Counts.init)
        members = root.members.map { (Array($0.name.source), Array($0.value.source)) }
    }

    /// The same answer with other vectors and counts.
    func answer(vectors: [Vector], usage: TokenShares.Counts?) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "{")]
        for (number, member) in members.enumerated() {
            if number > 0 { out.append(UInt8(ascii: ",")) }
            out += member.name + [UInt8(ascii: ":")]
            switch member.name {
            case Array(#""data""#.utf8): EmbeddingList.write(vectors, to: &out)
            case Array(#""usage""#.utf8): out += usage?.json ?? member.value
            default: out += member.value
            }
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    private static func write(_ vectors: [Vector], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, vector) in vectors.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out += Array("{\"index\":\(index)".utf8)
            for member in vector {
                out += [UInt8(ascii: ",")] + member.name + [UInt8(ascii: ":")] + member.value
            }
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "]"))
    }
}
