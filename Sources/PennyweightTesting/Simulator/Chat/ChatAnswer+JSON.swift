internal import PennyweightJSON

extension ChatAnswer {
    /// The body of an answer that is not streamed.
    var json: JSONValue {
        .record([
            "id": .text(id), "object": .text("chat.completion"), "created": .integer(created),
            "model": .text(model.snapshot),
            "choices": .array(choices.enumerated().map { json($1, index: $0) }),
            "usage": reportsUsage ? usage : nil,
            "service_tier": .text(question.serviceTier),
            "system_fingerprint": .text(fingerprint),
            "unknown_parameters": question.unknownParameters,
        ])
    }

    /// The same for all answers of one model.
    var fingerprint: String {
        var digest = Digest64()
        digest.add(model.snapshot)
        return "fp_" + String(digest.value, radix: 16).prefix(10)
    }

    private func json(_ choice: ChatChoice, index: Int) -> JSONValue {
        .record([
            "index": .integer(index), "message": message(choice), "logprobs": logprobs(choice),
            "finish_reason": .text(choice.finishReason),
        ])
    }

    private func message(_ choice: ChatChoice) -> JSONValue {
        switch choice.content {
        case .text(let tokens):
            return .record([
                "role": .text("assistant"), "content": .text(tokens.joined()), "refusal": .null,
                "annotations": .array([]),
            ])
        case .refusal(let tokens):
            return .record(["role": .text("assistant"), "content": .null, "refusal": .text(tokens.joined())])
        case .calls(let calls):
            return .record([
                "role": .text("assistant"), "content": .null, "tool_calls": .array(calls.map(json)),
                "refusal": .null, "annotations": .array([]),
            ])
        }
    }

    private func json(_ call: ChatChoice.ToolCall) -> JSONValue {
        let text = JSONValue.text(call.pieces.joined())
        if call.isCustom {
            let custom = JSONValue.record(["name": .text(call.name), "input": text])
            return .record(["id": .text(call.id), "type": .text("custom"), "custom": custom])
        }
        let function = JSONValue.record(["name": .text(call.name), "arguments": text])
        return .record(["id": .text(call.id), "type": .text("function"), "function": function])
    }

    private func logprobs(_ choice: ChatChoice) -> JSONValue {
        guard question.wantsLogprobs else { return .null }
        switch choice.content {
        case .text(let tokens): return .record(["content": .array(tokens.map(logprob)), "refusal": .null])
        case .refusal(let tokens): return .record(["content": .null, "refusal": .array(tokens.map(logprob))])
        case .calls: return .null
        }
    }

    /// The log probability of one token: made up, from the token alone.
    func logprob(_ token: String) -> JSONValue {
        let alternatives = (0..<question.topLogprobs).map { rank in
            ChatAnswer.candidate(rank == 0 ? token : "\(token)\(rank)", rank: rank)
        }
        guard case .object(let members) = ChatAnswer.candidate(token, rank: 0) else { return .null }
        return .object(members + [.init("top_logprobs", .array(alternatives))])
    }

    private static func candidate(_ token: String, rank: Int) -> JSONValue {
        let digits = String(token.utf8.reduce(17) { ($0 &* 31 &+ Int($1)) % 900 } + 100)
        return .record([
            "token": .text(token), "logprob": .number("-\(rank).\(digits)"),
            "bytes": .array(token.utf8.map { .integer($0) }),
        ])
    }
}
