internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The answer of `POST /embeddings`: a unit vector for each input that follows from the input alone, close
/// to those of inputs with much the same words.
struct EmbeddingsAnswer: Sendable {
    private let model: SimulatedModel
    private let inputs: [(text: [UInt8], tokens: Int64)]
    private let dimensions: Int
    private let isBase64: Bool
    private let seed: UInt64

    init(_ document: JSONDocument, seed: UInt64) throws(SimulatedError) {
        let root = document.root
        guard let name = root["model"]?.string else { throw .missing("model") }
        guard let input = root["input"] else { throw .missing("input") }
        inputs = EmbeddingsAnswer.inputs(input)
        guard (1...2_048).contains(inputs.count) else {
            throw .invalid("input", "'input' must have between 1 and 2048 elements.")
        }
        let dimensions = root["dimensions"]?.integer ?? (name == "text-embedding-3-large" ? 3_072 : 1_536)
        guard (1...4_096).contains(dimensions) else { throw .invalid("dimensions", "Invalid 'dimensions'.") }
        model = SimulatedModel(name)
        self.dimensions = Int(dimensions)
        isBase64 = root["encoding_format"]?.string == "base64"
        self.seed = seed
    }

    func reply(ticket: CallTicket) -> SimulatedReply {
        let tokens = inputs.reduce(0) { $0 + $1.tokens }
        let data = inputs.enumerated().map { index, input -> JSONValue in
            .record([
                "object": .text("embedding"), "index": .integer(index),
                "embedding": encoded(vector(input.text)),
            ])
        }
        let usage = Usage(tokens: TokenUsage(input: tokens, output: 0))
        return .json(
            .record([
                "object": .text("list"), "data": .array(data), "model": .text(model.snapshot),
                "usage": .record(["prompt_tokens": .integer(tokens), "total_tokens": .integer(tokens)]),
            ]),
            bill: Bill(id: ticket.id("emb-"), route: "/embeddings", model: model, usage: usage))
    }

    /// Texts that share most of their words have vectors that are close: each word, in lower case and
    /// without punctuation, adds to a few numbers, and the text as it is adds a little to all.
    private func vector(_ input: [UInt8]) -> [Float] {
        var raw = [Float](repeating: 0, count: dimensions)
        for word in EmbeddingsAnswer.words(of: input) {
            let random = numbers(of: word)
            for _ in 0..<24 {
                let place = Int(random.next() % UInt64(dimensions))
                raw[place] += random.next() & 1 == 0 ? 1 : -1
            }
        }
        let random = numbers(of: input)
        let own = raw.reduce(0) { $0 + $1 * $1 }.squareRoot() / Float(dimensions).squareRoot() * 0.08
        for index in raw.indices {
            raw[index] += max(own, 1e-3) * Float(Int64(random.next(below: 2_000_001)) - 1_000_000) / 1_000_000
        }
        let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length == 0 ? raw : raw.map { $0 / length }
    }

    private func numbers(of text: [UInt8]) -> SeededRandom {
        var digest = Digest64(seed: seed)
        digest.add(text)
        return SeededRandom(seed: digest.value)
    }

    private static func words(of text: [UInt8]) -> [[UInt8]] {
        text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }.split { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x80...: false
            default: true
            }
        }.map(Array.init)
    }

    private func encoded(_ vector: [Float]) -> JSONValue {
        guard isBase64 else { return .array(vector.map { .number("\($0)") }) }
        return .text(
            Base64Text.encode(
                vector.flatMap { number in
                    (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
                }))
    }

    /// Texts, or arrays of token numbers.
    private static func inputs(_ input: JSONNode) -> [(text: [UInt8], tokens: Int64)] {
        switch input.kind {
        case .string: return [one(input)]
        case .array where input.elements.first?.kind == .number: return [one(input)]
        case .array: return input.elements.map(one)
        default: return []
        }
    }

    private static func one(_ input: JSONNode) -> (text: [UInt8], tokens: Int64) {
        if let text = input.text?.utf8 { return (text, SimulatedTokens.count(text)) }
        return (Array(input.source), Int64(input.elements.count))
    }
}
