internal import PennyweightJSON
internal import PennyweightTime

/// Makes one choice of an answer from the question and a random source.
struct ChatComposer {
    let question: ChatQuestion
    let random: any RandomSource
    let ticket: CallTicket
    let fault: SimulatedFault.Kind?
    /// Visible tokens at most; nil without a limit.
    let limit: Int64?

    func choice(_ index: Int) -> ChatChoice {
        if fault == .refused {
            let text = "I'm sorry, but I can't help with that."
            return ChatChoice(content: .refusal(SimulatedTokens.cut(text)), finishReason: "stop")
        }
        if let calls = calls(index) { return calls }
        var tokens = SimulatedTokens.cut(text())
        var reason = "stop"
        if let stopped = stopped(tokens.joined()) { tokens = SimulatedTokens.cut(stopped) }
        if let limit, Int64(tokens.count) > limit {
            tokens = Array(tokens.prefix(Int(max(0, limit))))
            reason = "length"
        }
        if fault == .filtered {
            tokens = Array(tokens.prefix(tokens.count / 2))
            reason = "content_filter"
        }
        return ChatChoice(content: .text(tokens), finishReason: reason)
    }

    private func text() -> String {
        let prose = SimulatedProse(random: random)
        switch question.responseFormat?["type"]?.string {
        case "json_schema":
            let schema = question.responseFormat?["json_schema"]?["schema"]
            return String(decoding: SchemaSample(random: random).value(for: schema).bytes, as: UTF8.self)
        case "json_object":
            let value = JSONValue.record([
                "answer": .text(prose.sentence()), "confidence": .integer(1 + random.next(below: 100)),
            ])
            return String(decoding: value.bytes, as: UTF8.self)
        default: return prose.answer()
        }
    }

    /// The text before the first stop sequence; nil if there is none in it.
    private func stopped(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let ends = question.stops.compactMap { stop -> Int? in
            let needle = Array(stop.utf8)
            guard !needle.isEmpty, needle.count <= bytes.count else { return nil }
            return (0...bytes.count - needle.count).first {
                bytes[$0..<$0 + needle.count].elementsEqual(needle)
            }
        }
        return ends.min().map { String(decoding: bytes[..<$0], as: UTF8.self) }
    }

    /// Calls of the tools, if the question wants that now: always when it must, else in answer to a user's
    /// message.
    private func calls(_ index: Int) -> ChatChoice? {
        let mode = question.toolChoice?.string
        let named =
            question.toolChoice?["function"]?["name"]?.string
            ?? question.toolChoice?["custom"]?["name"]?.string
        let asksNow = question.messages.last?["role"]?.string == "user"
        guard !question.tools.isEmpty, mode != "none", named != nil || mode == "required" || asksNow else {
            return nil
        }
        let wanted = question.tools.filter { named == nil || ChatComposer.name(of: $0) == named }
        let called = wanted.prefix(question.allowsParallelCalls && named == nil ? 2 : 1)
        guard !called.isEmpty else { return nil }
        let calls = called.enumerated().map { position, tool in
            call(tool, id: ticket.id("call_", 1 + index * 2 + position))
        }
        return ChatChoice(content: .calls(calls), finishReason: named == nil ? "tool_calls" : "stop")
    }

    private func call(_ tool: JSONNode, id: String) -> ChatChoice.ToolCall {
        let name = ChatComposer.name(of: tool) ?? "tool"
        if tool["type"]?.string == "custom" {
            let input = SimulatedTokens.cut(SimulatedProse(random: random).sentence())
            return ChatChoice.ToolCall(id: id, name: name, pieces: input, isCustom: true)
        }
        var arguments = SchemaSample(random: random).value(for: tool["function"]?["parameters"])
        if arguments == .null { arguments = .object([]) }
        let pieces = SimulatedTokens.cut(String(decoding: arguments.bytes, as: UTF8.self))
        return ChatChoice.ToolCall(id: id, name: name, pieces: pieces)
    }

    private static func name(of tool: JSONNode) -> String? {
        (tool["function"] ?? tool["custom"])?["name"]?.string
    }
}
