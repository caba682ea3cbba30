public import PennyweightMiddleware

/// Folds a stream of `text_completion` chunks (`POST /completions`) into the plain answer that it amounts to.
///
/// There is an answer only if the stream is proven complete, as for ``ChatFolding``.
public struct CompletionFolding: Folding {
    private var chunks: ChunkFolding<CompletionChoiceFolding>

    /// `choiceCount` is how many texts were asked for, prompts times `n`; nil if that is not known.
    public init(choiceCount: Int? = nil, completeness: CompletenessRule = .done) {
        chunks = ChunkFolding(choiceCount: choiceCount, rule: completeness)
    }

    public mutating func consume(_ chunk: [UInt8]) {
        chunks.consume(chunk)
    }

    /// True as soon as `[DONE]` was seen in a stream that can be folded.
    public var hasEnded: Bool { chunks.hasEnded }

    public var eventCount: Int? { chunks.eventCount }

    public mutating func finish() -> FoldedAnswer? {
        chunks.finish()
    }
}
