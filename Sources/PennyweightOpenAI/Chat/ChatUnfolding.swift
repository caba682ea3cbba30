private import PennyweightJSON
private import PennyweightPipeline

/// Unfolds a stored `chat.completion` into a stream that folds into it again.
///
/// Each choice is an opening with the role, a few pieces of text or arguments, and a finish. The stream has
/// the form for callers who asked for usage, if there is usage; ``UsageDisclosure`` hides it from the others.
/// The same bytes always give the same stream.
public struct ChatUnfolding: Sendable {
    /// The events in order, the terminal `[DONE]` included, each with its blank line.
    public let events: [[UInt8]]

    /// Throws a `Failure` `invalidAnswer` if the bytes are not a complete `chat.completion`.
    ///
    /// `pieces` is into how many pieces each text is cut; nil for a few.
    public init(_ completion: [UInt8], pieces: Int? = nil) throws {
        do {
            let root = try Accumulation.members(of: JSONValue(JSONDocument(completion).root))
            let envelope = ChunkEnvelope(completion: root, object: ChoiceFolding.chunkObject)
            var chunks = try ChatUnfolding.choices(of: root).flatMap {
                try ChoiceUnfolding($0, pieceCount: pieces).pieces
            }
            .enumerated().map { envelope.chunk(choices: [$1], isFirst: $0 == 0) }
            if let usage = envelope.usageChunk { chunks.append(usage) }
            events = chunks.map { SSEWriter.event($0.bytes) } + [SSEWriter.done]
        } catch {
            throw Failure(
                .invalidAnswer, "The stored answer is not a complete chat completion and can't be streamed.")
        }
    }

    /// The whole stream.
    public var bytes: [UInt8] { Array(events.joined()) }

    private static func choices(of root: [JSONValue.Member]) throws -> [JSONValue] {
        guard case .array(let choices) = root.first(where: { $0.name == "choices" })?.value, !choices.isEmpty,
            root.contains(where: { $0.name == "object" && $0.value == .text("chat.completion") })
        else { throw Unfoldable() }
        return choices
    }
}
