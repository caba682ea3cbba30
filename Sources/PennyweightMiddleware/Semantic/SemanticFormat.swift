public import PennyweightPipeline

/// Tells the stage ``SemanticLookup`` what it must know of one wire format. `PennyweightOpenAI` has the one
/// for OpenAI's.
public protocol SemanticFormat: AnswerFormat {
    /// The text of a request that may be said in other words, and everything else of it; nil if no answer to
    /// another text may stand for its own, or if that is in doubt.
    func phrase(in request: Request) -> Phrase?

    /// The request for a text's vector.
    func embeddingRequest(of text: String, model: String, dimensions: Int?) -> Request

    /// The one vector in an answer; nil if it isn't complete, or has none or several.
    func embedding(in answer: [UInt8]) -> TextEmbedding?

    /// What an answer says, to compare it with another; nil if it says something other than a text.
    func words(of entry: CacheEntry) -> String?
}

/// A text's vector as a provider gave it.
public struct TextEmbedding: Sendable, Hashable {
    /// The model that ran; nil if the answer doesn't say.
    public var model: String?
    public var numbers: [Float]

    public init(model: String?, numbers: [Float]) {
        self.model = model
        self.numbers = numbers
    }
}
