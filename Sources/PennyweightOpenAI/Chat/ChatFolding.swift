private import PennyweightJSON
public import PennyweightMiddleware

/// Folds a stream of chat chunks into the `chat.completion` that it amounts to.
///
/// There is an answer only if the stream is proven complete: `[DONE]` came, every choice from 0 on is there
/// and has its `finish_reason`, and nothing was an error or can't be folded without loss.
public struct ChatFolding: Folding {
    /// The most bytes of a stream that are folded.
    public static let limitBytes = 64 * 1_048_576

    private var chunks: ChunkFolding<ChoiceFolding>

    /// `choiceCount` is the `n` that was asked for; nil if that is not known.
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
