private import PennyweightJSON
private import PennyweightPipeline

/// Unfolds a stored `text_completion` into a stream that folds into it again.
///
/// Each choice is a few pieces of text, the first with all log probabilities, and a finish. The same bytes
/// always give the same stream.
public struct CompletionUnfolding: Sendable {
    /// The events in order, the terminal `[DONE]` included, each with its blank line.
    public let events: [[UInt8]]

    /// Throws a `Failure` `invalidAnswer` if the bytes are not a complete `text_completion`.
    ///
    /// `pieces` is into how many pieces each text is cut; nil for a few.
    public init(_ completion: [UInt8], pieces: Int? = nil) throws {
        do {
            let root = try Accumulation.members(of: JSONValue(JSONDocument(completion).root))
            guard case .array(let choices) = root.first(where: { $0.name == "choices" })?.value,
                !choices.isEmpty,
                root.contains(where: { $0.name == "object" && $0.value == .text("text_completion") })
            else { throw Unfoldable() }
            let envelope = ChunkEnvelope(completion: root, object: CompletionChoiceFolding.chunkObject)
            var chunks = try choices.flatMap { try CompletionUnfolding.pieces(of: $0, count: pieces) }
                .enumerated().map { envelope.chunk(choices: [$1], isFirst: $0 == 0) }
            if let usage = envelope.usageChunk { chunks.append(usage) }
            events = chunks.map { SSEWriter.event($0.bytes) } + [SSEWriter.done]
        } catch {
            throw Failure(
                .invalidAnswer, "The stored answer is not a complete text completion and can't be streamed.")
        }
    }

    /// The whole stream.
    public var bytes: [UInt8] { Array(events.joined()) }

    private static func pieces(of choice: JSONValue, count: Int?) throws -> [JSONValue] {
        let members = try Accumulation.members(of: choice)
        guard case .string(let text) = choice["text"], choice.index != nil,
            choice["finish_reason"]?.string != nil
        else { throw Unfoldable() }
        let texts = TextPieces.cut(text, into: count)
        // At least one piece comes before the finish, as from the provider.
        let pieces = (texts.isEmpty ? [""] : texts).enumerated().map { position, text in
            piece(of: members, text: text, isFirst: position == 0, isFinish: false)
        }
        return pieces + [piece(of: members, text: "", isFirst: false, isFinish: true)]
    }

    private static func piece(
        of members: [JSONValue.Member], text: JSONText, isFirst: Bool, isFinish: Bool
    ) -> JSONValue {
        .object(
            members.compactMap { member in
                switch member.name {
                case "index": member
                case "text": .init("text", .string(text))
                case "finish_reason": isFinish ? member : .init("finish_reason", .null)
                case "logprobs": isFirst ? member : .init("logprobs", .null)
                default: isFirst ? member : nil
                }
            })
    }
}
