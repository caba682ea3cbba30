private import HTTPTypes
internal import PennyweightJSON
internal import PennyweightPipeline

/// Made-up embeddings.
extension OpenAIFormat {
    /// The longest vector that is made up: longer than any provider's.
    private static let mockDimensions = 8_192

    /// A vector of length one for each input: the first unit vector.
    static func embeddingMock(_ body: [UInt8]) -> Response? {
        guard let asked = ModelRequest(body), let input = asked.root["input"] else { return nil }
        let isOne = input.kind == .string || input.elements.first?.kind == .number
        let count = isOne ? 1 : input.elements.count
        let usual: Int64 = asked.model.hasPrefix("text-embedding-3-large") ? 3_072 : 1_536
        let asksFor = asked.root["dimensions"].flatMap { $0.isNull ? nil : $0.integer ?? 0 } ?? usual
        guard (1...EmbeddingBatch.limit).contains(count), let length = Int(exactly: asksFor),
            (1...mockDimensions).contains(length)
        else { return nil }
        let isPacked = asked.root["encoding_format"]?.string == "base64"
        let vector = isPacked ? JSONValue.text(packedUnit(length)) : unit(length)
        let data = (0..<count).map { index in
            JSONValue.object([
                .init("object", .text("embedding")), .init("index", .integer(index)),
                .init("embedding", vector),
            ])
        }
        let answer = JSONValue.object([
            .init("object", .text("list")), .init("data", .array(data)), .init("model", .text(asked.model)),
            .init("usage", noUsage(["prompt_tokens", "total_tokens"])),
        ])
        return Response(.ok, body: Body(answer.bytes))
    }

    private static func unit(_ length: Int) -> JSONValue {
        .array([.integer(1)] + Array(repeating: .integer(0), count: length - 1))
    }

    /// The same as 32-bit floats, the lowest byte first, in base64: 1.0 is `00 00 80 3F`, or `AACAPw` and two
    /// zero bytes more `AACAPwAA`; three zero bytes are `AAAA`.
    private static func packedUnit(_ length: Int) -> String {
        guard length > 1 else { return "AACAPw==" }
        let zeros = 4 * length - 6
        return "AACAPwAA" + String(repeating: "AAAA", count: zeros / 3) + ["", "AA==", "AAA="][zeros % 3]
    }
}
