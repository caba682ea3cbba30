internal import PennyweightJSON

/// Unfolds one item of a response's output.
struct ItemUnfolding {
    private let item: JSONValue
    private let members: [JSONValue.Member]
    private let index: Int
    private let type: String
    private let pieceCount: Int?

    /// Throws ``Unfoldable`` for what is no item.
    init(_ item: JSONValue, _ index: Int, pieceCount: Int? = nil) throws {
        guard case .object(let members) = item, let type = item["type"]?.string else { throw Unfoldable() }
        self.item = item
        self.members = members
        self.index = index
        self.type = type
        self.pieceCount = pieceCount
    }

    /// Adds the item's events.
    func play(into script: inout ResponseScript) throws {
        script.add(
            "response.output_item.added", [.init("output_index", .integer(index)), .init("item", opening)])
        switch type {
        case "message": playContent(into: &script)
        case "reasoning":
            playSummary(into: &script)
            playContent(into: &script)
        case "function_call": playText(.arguments, into: &script)
        case "mcp_call": playText(.connectorArguments, into: &script)
        case "custom_tool_call": playText(.input, into: &script)
        case "code_interpreter_call": playText(.code, into: &script)
        default: break
        }
        script.add(
            "response.output_item.done", [.init("output_index", .integer(index)), .init("item", item)])
    }

    /// The item without what comes in pieces.
    private var opening: JSONValue {
        let empty: Set<JSONText> =
            switch type {
            case "message": ["content"]
            case "reasoning": ["summary", "content"]
            case "function_call", "mcp_call": ["arguments"]
            case "custom_tool_call": ["input"]
            case "code_interpreter_call": ["code"]
            default: []
            }
        return .object(
            members.map { member in
                switch (member.name, member.value) {
                case ("status", .string): .init("status", .text("in_progress"))
                case (empty, .array): .init(member.name, .array([]))
                case (empty, .string): .init(member.name, .text(""))
                default: member
                }
            })
    }

    /// What every event about this item begins with.
    private var place: [JSONValue.Member] {
        let id = item["id"].map { [JSONValue.Member("item_id", $0)] } ?? []
        return id + [.init("output_index", .integer(index))]
    }

    private func playText(_ delta: ResponseDelta, into script: inout ResponseScript) {
        guard case .string(let text) = item[delta.member] else { return }
        for piece in TextPieces.cut(text, into: pieceCount) {
            script.add(delta.event + ".delta", place + [.init("delta", .string(piece))])
        }
        let name = item["name"].map { [JSONValue.Member("name", $0)] } ?? []
        script.add(
            delta.event + ".done",
            place + (delta == .arguments ? name : []) + [.init(delta.member, .string(text))])
    }

    private func playSummary(into script: inout ResponseScript) {
        guard case .array(let parts) = item["summary"] else { return }
        for (number, part) in parts.enumerated() {
            let place = place + [.init("summary_index", .integer(number))]
            let empty = emptied(part, ["text"])
            script.add("response.reasoning_summary_part.added", place + [.init("part", empty)])
            play(part, .summary, at: place, into: &script)
            script.add("response.reasoning_summary_part.done", place + [.init("part", part)])
        }
    }

    private func playContent(into script: inout ResponseScript) {
        guard case .array(let parts) = item["content"] else { return }
        for (number, part) in parts.enumerated() {
            let place = place + [.init("content_index", .integer(number))]
            let empty = emptied(part, ["text", "refusal", "annotations", "logprobs"])
            script.add("response.content_part.added", place + [.init("part", empty)])
            switch part["type"]?.string {
            case "output_text": play(part, .outputText, at: place, into: &script)
            case "refusal": play(part, .refusal, at: place, into: &script)
            case "reasoning_text": play(part, .reasoning, at: place, into: &script)
            default: break
            }
            script.add("response.content_part.done", place + [.init("part", part)])
        }
    }

    /// The deltas of one part, its annotations, and its end.
    private func play(
        _ part: JSONValue, _ delta: ResponseDelta, at place: [JSONValue.Member],
        into script: inout ResponseScript
    ) {
        guard case .string(let text) = part[delta.member] else { return }
        // Log probabilities come with the first piece, all of them.
        let hasLogprobs = delta == .outputText
        let logprobs = part["logprobs"] ?? .array([])
        for (number, piece) in TextPieces.cut(text, into: pieceCount).enumerated() {
            let shown = number == 0 ? logprobs : .array([])
            script.add(
                delta.event + ".delta",
                place + [.init("delta", .string(piece))] + (hasLogprobs ? [.init("logprobs", shown)] : []))
        }
        if case .array(let annotations) = part["annotations"] {
            for (number, annotation) in annotations.enumerated() {
                script.add(
                    "response.output_text.annotation.added",
                    place + [.init("annotation_index", .integer(number)), .init("annotation", annotation)])
            }
        }
        script.add(
            delta.event + ".done",
            place + [.init(delta.member, .string(text))] + (hasLogprobs ? [.init("logprobs", logprobs)] : []))
    }

    /// A part with these members empty.
    private func emptied(_ part: JSONValue, _ names: Set<JSONText>) -> JSONValue {
        guard case .object(let members) = part else { return part }
        return .object(
            members.map { member in
                guard names.contains(member.name) else { return member }
                return switch member.value {
                case .string: .init(member.name, .text(""))
                case .array: .init(member.name, .array([]))
                default: member
                }
            })
    }
}

/// A name that is one of a set, as a pattern.
private func ~= (names: Set<JSONText>, name: JSONText) -> Bool { names.contains(name) }
