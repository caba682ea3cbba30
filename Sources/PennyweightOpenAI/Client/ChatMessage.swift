private import HTTPTypes
private import PennyweightJSON
public import PennyweightPipeline

/// One message of a chat, of text.
public struct ChatMessage: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case developer, system, user, assistant
    }

    public var role: Role
    public var text: String

    public init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }

    /// An instruction that holds for the whole chat.
    public static func system(_ text: String) -> ChatMessage { ChatMessage(.system, text) }
    /// Something that the user says.
    public static func user(_ text: String) -> ChatMessage { ChatMessage(.user, text) }
    /// Something that the model has said before.
    public static func assistant(_ text: String) -> ChatMessage { ChatMessage(.assistant, text) }
}

extension Request {
    /// A request for one chat answer of at most `maximumTokens` tokens; without, the model's own limit holds.
    ///
    /// ```swift
    /// let request = Request.chat(model: "gpt-5-mini", messages: [.user("What is a pennyweight?")])
    /// ```
    ///
    /// For anything beyond, write the JSON yourself: `Request(.post, "/chat/completions", body: Body(json))`.
    public static func chat(
        model: String, messages: [ChatMessage], maximumTokens: Int? = nil, isStreaming: Bool = false
    ) -> Request {
        let spoken = messages.map { message in
            JSONValue.object([
                .init("role", .text(message.role.rawValue)), .init("content", .text(message.text)),
            ])
        }
        var body = JSONValue.object([.init("model", .text(model)), .init("messages", .array(spoken))])
        if let maximumTokens { body["max_completion_tokens"] = .integer(maximumTokens) }
        if isStreaming { body["stream"] = .bool(true) }
        return Request(.post, "/chat/completions", body: Body(body.bytes))
    }
}
