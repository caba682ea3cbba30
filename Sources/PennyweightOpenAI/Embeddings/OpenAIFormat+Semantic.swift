private import HTTPTypes
internal import PennyweightJSON
public import PennyweightMiddleware
public import PennyweightPipeline

/// Which chat requests may be answered as similar ones were, and how vectors are asked for
/// ([OpenAI](https://platform.openai.com/docs/api-reference/embeddings/create)).
extension OpenAIFormat: SemanticFormat {
    /// The last message's text, if it is the user's, is the message's whole content, and the answer is text
    /// that nothing follows from.
    ///
    /// Nil for every other route, and for a chat with tools, calls of tools or their results, media or files,
    /// more than one answer (`n`), a form that the answer must have (`response_format`), audio, log
    /// probabilities or a prediction; for such requests small differences change the answer.
    public func phrase(in request: Request) -> Phrase? {
        guard request.path == "/chat/completions", let body = request.body.bytes,
            let chat = try? ChatRequest(body), chat.choiceCount == 1
        else { return nil }
        let root = chat.document.root
        guard OpenAIFormat.asksForPlainText(root), PromptParts.isText(inMessages: root),
            let messages = root["messages"]?.elements, messages.allSatisfy(OpenAIFormat.isTalk),
            let last = messages.last, last["role"]?.string == "user",
            let text = OpenAIFormat.onlyText(of: last), let words = text.string,
            words.contains(where: { !$0.isWhitespace })
        else { return nil }
        let edit = JSONEdit(text.range, Array("\"\"".utf8))
        return Phrase(text: words, frame: chat.document.applying([edit]))
    }

    public func embeddingRequest(of text: String, model: String, dimensions: Int?) -> Request {
        var members: [JSONValue.Member] = [
            .init("model", .text(model)), .init("input", .text(text)),
            .init("encoding_format", .text("float")),
        ]
        if let dimensions { members.append(.init("dimensions", .integer(dimensions))) }
        return Request(.post, "/embeddings", body: Body(JSONValue.object(members).bytes))
    }

    public func embedding(in answer: [UInt8]) -> TextEmbedding? {
        guard let root = try? JSONDocument(answer).root, root["error"]?.isNull ?? true,
            let data = root["data"]?.elements, data.count == 1, let vector = data[0]["embedding"],
            vector.kind == .array
        else { return nil }
        let elements = vector.elements
        guard elements.count <= UnitVector.maximumDimensions else { return nil }
        var numbers: [Float] = []
        numbers.reserveCapacity(elements.count)
        for element in elements {
            guard element.kind == .number,
                let number = Float(String(decoding: element.source, as: UTF8.self)), number.isFinite
            else { return nil }
            numbers.append(number)
        }
        return TextEmbedding(model: root["model"]?.string, numbers: numbers)
    }

    public func words(of entry: CacheEntry) -> String? {
        guard let choices = try? JSONDocument(entry.body).root["choices"]?.elements, choices.count == 1,
            let message = choices[0]["message"], message["tool_calls"]?.isNull ?? true,
            message["refusal"]?.isNull ?? true, let text = message["content"]?.string
        else { return nil }
        return text
    }

    private static let absent = [
        "tools", "functions", "tool_choice", "function_call", "audio", "prediction", "top_logprobs",
        "web_search_options", "previous_response_id", "store",
    ]

    private static func asksForPlainText(_ root: JSONNode) -> Bool {
        guard absent.allSatisfy({ root[$0].map { $0.isNull || $0.bool == false } ?? true }) else {
            return false
        }
        if let logprobs = root["logprobs"], !logprobs.isNull, logprobs.bool != false { return false }
        if let form = root["response_format"], !form.isNull, form["type"]?.string != "text" { return false }
        guard let kinds = root["modalities"], !kinds.isNull else { return true }
        return kinds.elements.map(\.string) == ["text"]
    }

    /// True for a message that neither calls a tool nor says what one gave.
    private static func isTalk(_ message: JSONNode) -> Bool {
        let roles = ["system", "developer", "user", "assistant"]
        guard let role = message["role"]?.string, roles.contains(role) else { return false }
        return ["tool_calls", "function_call", "tool_call_id"].allSatisfy { message[$0]?.isNull ?? true }
    }

    /// The one text that a message consists of: its content, or that of its only part.
    private static func onlyText(of message: JSONNode) -> JSONNode? {
        guard let content = message["content"] else { return nil }
        if content.kind == .string { return content }
        guard content.kind == .array, content.elements.count == 1, let part = content.elements.first,
            part["type"]?.string == "text", let text = part["text"], text.kind == .string
        else { return nil }
        return text
    }
}
