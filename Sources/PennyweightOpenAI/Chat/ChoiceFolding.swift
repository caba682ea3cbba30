internal import PennyweightJSON

/// Folds the pieces of one choice of a chat.
struct ChoiceFolding: FoldingChoice {
    static let chunkObject = "chat.completion.chunk"
    static let plainObject = "chat.completion"

    private var members: [JSONValue.Member] = []
    private var message: [JSONValue.Member] = []

    mutating func add(_ piece: [JSONValue.Member]) throws {
        for member in piece {
            switch member.name {
            case "delta":
                if !members.contains(where: { $0.name == "message" }) {
                    members.append(.init("message", .null))
                }
                if member.value == .null { continue }
                try Accumulation.add(try Accumulation.members(of: member.value), to: &message)
            case "message": throw Unfoldable()
            case "logprobs": try Accumulation.add([member], to: &members)
            default: try set(member)
            }
        }
    }

    /// The choice of a plain answer; nil if it has not finished.
    var folded: JSONValue? {
        var choice = JSONValue.object(members)
        guard let reason = choice["finish_reason"]?.string, !reason.isEmpty else { return nil }
        choice["message"] = plainMessage
        if choice["logprobs"] == nil { choice["logprobs"] = .null }
        return choice
    }

    /// The message with the members that the contract asks for, and with tool calls that have no index.
    private var plainMessage: JSONValue {
        var members = message
        if !members.contains(where: { $0.name == "role" }) {
            members.insert(.init("role", .text("assistant")), at: 0)
        }
        for name in ["content", "refusal"] as [JSONText] where !members.contains(where: { $0.name == name }) {
            members.append(.init(name, .null))
        }
        var message = JSONValue.object(members)
        if case .array(let calls) = message["tool_calls"] {
            let ordered = calls.enumerated().sorted { left, right in
                (left.element.index ?? 0, left.offset) < (right.element.index ?? 0, right.offset)
            }
            message["tool_calls"] = .array(
                ordered.map { _, call in
                    var plain = call
                    plain["index"] = nil
                    return plain
                })
        }
        return message
    }

    private mutating func set(_ member: JSONValue.Member) throws {
        guard let index = members.firstIndex(where: { $0.name == member.name }) else {
            guard members.count < Accumulation.maximumCount else { throw Unfoldable() }
            members.append(member)
            return
        }
        if member.value != .null { members[index].value = member.value }
    }
}
