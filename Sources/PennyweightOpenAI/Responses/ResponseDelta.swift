internal import PennyweightJSON

/// Where the text of one kind of delta events of `POST /responses` stands in the finished response.
struct ResponseDelta: Sendable, Hashable {
    /// The list of the item's parts that the text is in, and the event's member that counts in it; nil if
    /// the text is in the item itself.
    let list: JSONText?
    let counter: String
    /// The member that has the whole text, in the part or item and in the event that ends it.
    let member: JSONText
    /// The event's type without `.delta` and `.done`.
    let event: String

    static let outputText = ResponseDelta("content", "content_index", "text", "response.output_text")
    static let refusal = ResponseDelta("content", "content_index", "refusal", "response.refusal")
    static let reasoning = ResponseDelta("content", "content_index", "text", "response.reasoning_text")
    static let summary = ResponseDelta("summary", "summary_index", "text", "response.reasoning_summary_text")
    static let arguments = ResponseDelta(nil, "", "arguments", "response.function_call_arguments")
    static let connectorArguments = ResponseDelta(nil, "", "arguments", "response.mcp_call_arguments")
    static let input = ResponseDelta(nil, "", "input", "response.custom_tool_call_input")
    static let code = ResponseDelta(nil, "", "code", "response.code_interpreter_call_code")

    static let all = [
        outputText, refusal, reasoning, summary, arguments, connectorArguments, input, code,
    ]

    private init(_ list: JSONText?, _ counter: String, _ member: JSONText, _ event: String) {
        self.list = list
        self.counter = counter
        self.member = member
        self.event = event
    }
}
