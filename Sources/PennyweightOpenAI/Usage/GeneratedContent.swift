internal import PennyweightJSON

/// Notes what a model has written: how much text, for an estimate where no usage was reported, and whether
/// anything came at all, for the time to the first token.
///
/// Visible reasoning, audio and images are something, but they are not text: reasoning is counted apart from
/// the output's other tokens, and media have no characters.
struct GeneratedContent: Sendable {
    /// Unicode scalars of text, arguments of tools included. The halves of an escaped surrogate pair count as
    /// two.
    private(set) var characters: Int64 = 0
    private(set) var hasBegun = false

    /// Adds a whole answer: of a chat, a completion, a response, a message, or candidates.
    mutating func addAnswer(_ root: JSONNode) {
        addChoices(of: root)
        addCandidates(of: root)
        for item in root["output"]?.elements ?? [] { addItem(item) }
        if root["type"]?.string == "message" {
            for item in root["content"]?.elements ?? [] { addItem(item) }
        }
    }

    /// Adds one event of a stream.
    mutating func addEvent(_ root: JSONNode) {
        addChoices(of: root)
        addCandidates(of: root)
        guard let type = root["type"]?.string else { return }
        switch type {
        case "content_block_start": if let block = root["content_block"] { addItem(block) }
        case "content_block_delta": if let delta = root["delta"] { add(delta, isText: true) }
        case _ where GeneratedContent.textEvents.contains(type):
            if let delta = root["delta"] { add(delta, isText: true) }
        case _ where type.hasSuffix(".delta"):
            if let delta = root["delta"] ?? root["audio"] { add(delta, isText: false) }
        case _ where type.contains("partial_image") || type.hasPrefix("image_"): hasBegun = true
        default: break
        }
    }

    private mutating func addChoices(of root: JSONNode) {
        for choice in root["choices"]?.elements ?? [] {
            if let text = choice["delta"] ?? choice["message"] ?? choice["text"] { add(text, isText: true) }
        }
    }

    private mutating func addCandidates(of root: JSONNode) {
        for candidate in root["candidates"]?.elements ?? [] {
            for part in candidate["content"]?["parts"]?.elements ?? [] {
                add(part, isText: part["thought"]?.bool != true)
            }
        }
    }

    private mutating func addItem(_ item: JSONNode) {
        let type = item["type"]?.string ?? ""
        add(item, isText: !type.contains("reasoning") && !type.contains("thinking"))
    }

    private mutating func add(_ node: JSONNode, isText: Bool) {
        switch node.kind {
        case .string:
            let count = GeneratedContent.scalars(in: node.source.dropFirst().dropLast())
            if count > 0 { hasBegun = true }
            if isText { characters += count }
        case .array:
            for element in node.elements { add(element, isText: isText) }
        case .object:
            for member in node.members {
                let name = member.name.string ?? ""
                if GeneratedContent.labels.contains(name) { continue }
                add(member.value, isText: isText && !GeneratedContent.others.contains(name))
            }
        case .null, .bool, .number: break
        }
    }

    /// Members that say what something is, and are no part of it.
    private static let labels: Set<String> = [
        "id", "index", "role", "type", "status", "call_id", "container_id", "annotations", "citations",
        "logprobs", "signature", "thoughtSignature", "encrypted_content", "format", "mimeType",
    ]
    /// Members that are generated and not text: reasoning, audio, images.
    private static let others: Set<String> = [
        "reasoning_content", "reasoning", "reasoning_details", "thinking", "data", "images", "image_url",
        "b64_json", "result", "inlineData",
    ]
    private static let textEvents: Set<String> = [
        "response.output_text.delta", "response.refusal.delta", "response.function_call_arguments.delta",
        "response.custom_tool_call_input.delta", "response.mcp_call_arguments.delta",
        "response.code_interpreter_call_code.delta", "transcript.text.delta",
    ]

    private static func scalars(in raw: ArraySlice<UInt8>) -> Int64 {
        var count: Int64 = 0
        var position = raw.startIndex
        while position < raw.endIndex {
            let byte = raw[position]
            if byte == UInt8(ascii: "\\"), position + 1 < raw.endIndex {
                position += raw[position + 1] == UInt8(ascii: "u") ? 6 : 2
                count += 1
            } else {
                if byte & 0xC0 != 0x80 { count += 1 }
                position += 1
            }
        }
        return count
    }
}
