internal import PennyweightJSON

extension ChatAnswer {
    /// The events of a streamed answer: a role for each choice, one token per event with the choices taking
    /// turns, a finish reason for each, the usage if it was asked for, and `[DONE]`.
    var pieces: [SimulatedReply.Piece] {
        var pieces: [SimulatedReply.Piece] = []
        var generated = reasoningTokens
        func add(_ event: JSONValue) {
            let text = String(decoding: event.bytes, as: UTF8.self)
            pieces.append(.init(bytes: Array("data: \(text)\n\n".utf8), generated: generated))
        }
        for (index, choice) in choices.enumerated() { add(chunk(index, opening(choice))) }
        let deltas = choices.map(deltas)
        for position in 0..<(deltas.map(\.count).max() ?? 0) {
            for (index, steps) in deltas.enumerated() where position < steps.count {
                generated += steps[position].tokens
                add(chunk(index, steps[position].delta, logprobs: steps[position].logprobs))
            }
        }
        for (index, choice) in choices.enumerated() {
            add(chunk(index, .object([]), finishReason: choice.finishReason))
        }
        if question.includesUsage, reportsUsage { add(frame(choices: [], usage: usage)) }
        pieces.append(.init(bytes: Array("data: [DONE]\n\n".utf8), generated: generated))
        return pieces
    }

    private struct Step {
        var delta: JSONValue
        var tokens: Int64
        var logprobs: JSONValue?
    }

    private func opening(_ choice: ChatChoice) -> JSONValue {
        switch choice.content {
        case .text: .record(["role": .text("assistant"), "content": .text(""), "refusal": .null])
        case .refusal: .record(["role": .text("assistant"), "content": .null, "refusal": .text("")])
        case .calls: .record(["role": .text("assistant"), "content": .null])
        }
    }

    private func deltas(_ choice: ChatChoice) -> [Step] {
        switch choice.content {
        case .text(let tokens):
            tokens.map {
                Step(delta: .record(["content": .text($0)]), tokens: 1, logprobs: logprobs($0, in: "content"))
            }
        case .refusal(let tokens):
            tokens.map {
                Step(delta: .record(["refusal": .text($0)]), tokens: 1, logprobs: logprobs($0, in: "refusal"))
            }
        case .calls(let calls):
            calls.enumerated().flatMap { index, call in steps(call, index: index) }
        }
    }

    /// Id and name come in the first piece of a call only; what follows is joined by the call's index.
    private func steps(_ call: ChatChoice.ToolCall, index: Int) -> [Step] {
        let kind = call.isCustom ? "custom" : "function"
        let field = call.isCustom ? "input" : "arguments"
        let opening = JSONValue.record([
            "index": .integer(index), "id": .text(call.id), "type": .text(kind),
            kind: .record(["name": .text(call.name), field: .text("")]),
        ])
        let pieces = call.pieces.map { piece in
            JSONValue.record(["index": .integer(index), kind: .record([field: .text(piece)])])
        }
        return [
            Step(delta: .record(["tool_calls": .array([opening])]), tokens: call.tokens - Int64(pieces.count))
        ]
            + pieces.map { Step(delta: .record(["tool_calls": .array([$0])]), tokens: 1) }
    }

    private func logprobs(_ token: String, in field: String) -> JSONValue? {
        guard question.wantsLogprobs else { return nil }
        return .record([
            "content": field == "content" ? .array([logprob(token)]) : .null,
            "refusal": field == "refusal" ? .array([logprob(token)]) : .null,
        ])
    }

    private func chunk(
        _ index: Int, _ delta: JSONValue, logprobs: JSONValue? = nil, finishReason: String? = nil
    ) -> JSONValue {
        let choice = JSONValue.record([
            "index": .integer(index), "delta": delta, "logprobs": logprobs ?? .null,
            "finish_reason": .textOrNull(finishReason),
        ])
        return frame(choices: [choice], usage: .null)
    }

    private func frame(choices: [JSONValue], usage: JSONValue) -> JSONValue {
        .record([
            "id": .text(id), "object": .text("chat.completion.chunk"), "created": .integer(created),
            "model": .text(model.snapshot), "service_tier": .text(question.serviceTier),
            "system_fingerprint": .text(fingerprint), "choices": .array(choices),
            "usage": question.includesUsage && reportsUsage ? usage : nil,
            "obfuscation": question.includesObfuscation ? .text(padding(choices)) : nil,
        ])
    }

    /// Text that hides the length of a token, as OpenAI sends it unless asked not to.
    private func padding(_ choices: [JSONValue]) -> String {
        let length = choices.reduce(0) { $0 + $1.bytes.count } % 16
        return String(String(noise, radix: 36).prefix(16 - length))
    }
}
