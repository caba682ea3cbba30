internal import PennyweightJSON
private import PennyweightPipeline

/// Unfolds a stored response into the event stream that folds into it again.
///
/// The response is created and in progress without output; then come its items one after the other, each
/// added empty, filled in a few pieces, and done; then the whole response. Events are named and numbered
/// from 0, and there is no `[DONE]`, as the API has it. The same bytes always give the same stream.
public struct ResponseUnfolding: Sendable {
    /// The events in order, each with its blank line.
    public let events: [[UInt8]]

    /// Throws a `Failure` `invalidAnswer` if the bytes are not a response at its end.
    ///
    /// `pieces` is into how many pieces each text is cut; nil for a few.
    public init(_ response: [UInt8], pieces: Int? = nil) throws {
        do {
            let root = try JSONDocument(response).root
            guard let end = ResponseEnd(root) else { throw Unfoldable() }
            let whole = JSONValue(root)
            var script = ResponseScript()
            let opening = ResponseUnfolding.opening(of: whole)
            script.add("response.created", [.init("response", opening)])
            script.add("response.in_progress", [.init("response", opening)])
            if case .array(let items) = whole["output"] {
                for (index, item) in items.enumerated() {
                    try ItemUnfolding(item, index, pieceCount: pieces).play(into: &script)
                }
            }
            script.add(end.event, [.init("response", whole)])
            events = script.events
        } catch {
            throw Failure(.invalidAnswer, "The stored answer is not a whole response and can't be streamed.")
        }
    }

    /// The whole stream.
    public var bytes: [UInt8] { Array(events.joined()) }

    /// The response as it was before its first item.
    private static func opening(of whole: JSONValue) -> JSONValue {
        guard case .object(let members) = whole else { return whole }
        return .object(
            members.compactMap { member in
                switch member.name {
                case "status": .init("status", .text("in_progress"))
                case "output": .init("output", .array([]))
                case "usage", "completed_at", "incomplete_details": .init(member.name, .null)
                case "output_text": nil
                default: member
                }
            })
    }
}

/// Events in the order in which they are sent, numbered.
struct ResponseScript {
    private(set) var events: [[UInt8]] = []

    mutating func add(_ type: String, _ members: [JSONValue.Member]) {
        let head: [JSONValue.Member] = [
            .init("type", .text(type)), .init("sequence_number", .integer(events.count)),
        ]
        events.append(SSEWriter.event(JSONValue.object(head + members).bytes, type: type))
    }
}
