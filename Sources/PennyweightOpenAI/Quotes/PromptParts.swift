internal import PennyweightJSON

/// Says whether a prompt is text that stands in the request: only then do its bytes bound its tokens.
enum PromptParts {
    /// False if a chat message has a part that is media, a file, or earlier audio by its id.
    static func isText(inMessages root: JSONNode) -> Bool {
        (root["messages"]?.elements ?? []).allSatisfy { message in
            if let audio = message["audio"], !audio.isNull { return false }
            return (message["content"]?.elements ?? []).allSatisfy { part in
                part["type"]?.string == "text" || part["type"]?.string == "refusal"
            }
        }
    }

    /// False if a response's prompt goes on from an earlier one, is kept at the provider, or has media.
    static func isText(inResponse root: JSONNode) -> Bool {
        let elsewhere = ["previous_response_id", "conversation", "prompt"]
        guard elsewhere.allSatisfy({ root[$0].map(\.isNull) ?? true }), let input = root["input"] else {
            return false
        }
        return input.kind == .string || input.kind == .array && input.elements.allSatisfy(isText(item:))
    }

    /// False if the input of an embedding or a moderation has more than texts and tokens.
    static func isText(inInput input: JSONNode?) -> Bool {
        guard let input else { return false }
        switch input.kind {
        case .string, .number: return true
        case .array: return input.elements.allSatisfy { isText(inInput: $0) }
        case .object: return input["type"]?.string == "text"
        case .null, .bool: return false
        }
    }

    /// How many prompts a legacy completion has: a text, or tokens, or a list of either; nil if it is none.
    static func count(ofPrompts prompt: JSONNode?) -> Int64? {
        guard let prompt, !prompt.isNull else { return 1 }
        switch prompt.kind {
        case .string: return 1
        case .array:
            let elements = prompt.elements
            guard let first = elements.first else { return 1 }
            return first.kind == .number ? 1 : Int64(elements.count)
        default: return nil
        }
    }

    private static let textItems: Set<String> = [
        "message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output",
        "reasoning",
    ]
    private static let textParts: Set<String> = ["input_text", "output_text", "refusal", "text"]

    private static func isText(item: JSONNode) -> Bool {
        guard textItems.contains(item["type"]?.string ?? "message") else { return false }
        return [item["content"], item["output"]].allSatisfy { content in
            (content?.elements ?? []).allSatisfy { part in
                part["type"]?.string == "reasoning_text" || textParts.contains(part["type"]?.string ?? "")
            }
        }
    }
}
