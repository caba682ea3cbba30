/// One answer of a chat completion, in tokens.
struct ChatChoice: Sendable {
    enum Content: Sendable {
        case text([String])
        case refusal([String])
        case calls([ToolCall])
    }

    /// A tool call whose arguments, or whose input if the tool is custom, come in pieces.
    struct ToolCall: Sendable {
        var id: String
        var name: String
        var pieces: [String]
        var isCustom = false

        /// The name and the frame around it count, too.
        var tokens: Int64 { Int64(pieces.count) + SimulatedTokens.count(name) + 3 }
    }

    var content: Content
    var finishReason: String

    /// The visible tokens.
    var tokens: Int64 {
        switch content {
        case .text(let tokens), .refusal(let tokens): Int64(tokens.count)
        case .calls(let calls): calls.reduce(0) { $0 + $1.tokens }
        }
    }
}
