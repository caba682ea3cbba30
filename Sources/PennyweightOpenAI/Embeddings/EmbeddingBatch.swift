internal import PennyweightJSON
public import PennyweightMiddleware

/// The texts of one `POST /embeddings` as questions of their own
/// ([OpenAI](https://platform.openai.com/docs/api-reference/embeddings/create)).
///
/// A batch is an `input` that is an array of texts, or of arrays of token numbers. A text alone, and one
/// array of token numbers, is one question already.
///
/// The provider says how many tokens all texts together have, not each. A part's `usage` is its share by
/// length: the shares of one answer add up to what was reported, but one alone is an estimate.
public struct EmbeddingBatch: AnswerBatch {
    /// The most inputs that the API takes.
    public static let limit = 2_048

    private let bytes: [UInt8]
    private let input: Range<Int>
    private let elements: [Range<Int>]

    /// Reads the body of a request; nil if it is no batch.
    public init?(_ body: [UInt8]) {
        guard let document = try? JSONDocument(body),
            document.root.members.count(where: { $0.name.string == "input" }) == 1,
            let input = document.root["input"], input.kind == .array
        else { return nil }
        let elements = input.elements
        let isTexts = elements.allSatisfy { $0.kind == .string }
        let isTokens = elements.allSatisfy { element in
            element.kind == .array && element.elements.allSatisfy { $0.kind == .number }
        }
        guard (1...EmbeddingBatch.limit).contains(elements.count), isTexts || isTokens else { return nil }
        bytes = body
        self.input = input.range
        self.elements = elements.map(\.range)
    }

    public var count: Int { elements.count }

    public func body(of index: Int) -> [UInt8] {
        with(input: bytes[elements[index]])
    }

    public func body(of indices: [Int]) -> [UInt8] {
        var list: [UInt8] = [UInt8(ascii: "[")]
        for (number, index) in indices.enumerated() {
            if number > 0 { list.append(UInt8(ascii: ",")) }
            list += bytes[elements[index]]
        }
        list.append(UInt8(ascii: "]"))
        return with(input: list[...])
    }

    public func parts(of answer: [UInt8], to indices: [Int]) -> [[UInt8]]? {
        guard let list = EmbeddingList(answer), list.vectors.count == indices.count else { return nil }
        let lengths = indices.map { elements[$0].count }
        let usages = TokenShares.split(list.usage, by: lengths)
        return indices.indices.map { number in
            list.answer(vectors: [list.vectors[number]], usage: usages[number])
        }
    }

    public func answer(of parts: [[UInt8]]) -> [UInt8]? {
        let lists = parts.compactMap { EmbeddingList($0) }
        guard let first = lists.first, lists.count == count,
            lists.allSatisfy({ $0.vectors.count == 1 && $0.model == first.model })
        else { return nil }
        return first.answer(
            vectors: lists.flatMap(\.vectors), usage: TokenShares.sum(lists.map(\.usage)))
    }

    private func with(input replacement: ArraySlice<UInt8>) -> [UInt8] {
        Array(bytes[..<input.lowerBound] + replacement + bytes[input.upperBound...])
    }
}

extension EmbeddingBatch {
    /// What a request asks; nil if it is no JSON object with a model and an input. The same text has the same
    /// embedding each time.
    static func question(_ body: [UInt8], route: String) -> Question? {
        guard let asked = ModelRequest(body), asked.root["input"] != nil else { return nil }
        var question = Question(
            route: route, model: asked.model, wantsStream: false, choiceCount: nil, asking: asked.root,
            fields: .embeddings)
        question.isDeterministic = true
        question.isBatch = EmbeddingBatch(body) != nil
        return question
    }
}
