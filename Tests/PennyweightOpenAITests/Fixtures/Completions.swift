import PennyweightJSON
import PennyweightTesting
import PennyweightTime

/// Makes complete chat answers from a seed: all that the contract allows, and members that nobody knows.
struct Completions {
    private let random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    func next() -> JSONValue {
        let count = pick([1, 1, 1, 2, 3, 5])
        var members: [JSONValue.Member] = [
            .init("id", .text("chatcmpl-\(random.next(below: 1_000))")),
            .init("object", .text("chat.completion")),
            .init("created", .integer(1_767_225_600 + random.next(below: 1_000))),
            .init("model", .text("gpt-5-mini")),
            .init("choices", .array((0..<count).map(choice))),
        ]
        if sometimes(4, of: 5) { members.append(.init("usage", usage())) }
        if sometimes(1, of: 2) {
            members.append(.init("service_tier", pick([.text("default"), .null, .text("flex")])))
        }
        if sometimes(1, of: 2) { members.append(.init("system_fingerprint", pick([.null, .text("fp_9")]))) }
        if sometimes(1, of: 4) {
            members.append(.init("x_unknown", .object([.init("deep", .array([.null, .number("1.50e2")]))])))
        }
        return .object(members)
    }

    private func choice(_ index: Int) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("index", .integer(index)), .init("message", message()), .init("logprobs", logprobs()),
            .init("finish_reason", .text(pick(["stop", "length", "tool_calls", "content_filter"]))),
        ]
        if sometimes(1, of: 3) { members.swapAt(1, 3) }
        if sometimes(1, of: 4) { members.append(.init("content_filter_results", .object([]))) }
        if sometimes(1, of: 4) { members.append(.init("stop_reason", .null)) }
        return .object(members)
    }

    private func message() -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("role", .text("assistant")), .init("content", pick([.null, .string(text())])),
            .init("refusal", pick([.null, .null, .string(text())])),
        ]
        if sometimes(1, of: 3) { members.append(.init("reasoning_content", .string(text()))) }
        if sometimes(1, of: 3) { members.append(.init("annotations", .array([]))) }
        if sometimes(1, of: 4) { members.append(.init("audio", pick([.null, audio()]))) }
        if sometimes(1, of: 3) {
            members.append(.init("tool_calls", .array((0..<pick([0, 1, 2, 4])).map(call))))
        }
        if sometimes(1, of: 6) {
            members.append(.init("function_call", function(argumentsName: "arguments")))
        }
        if sometimes(1, of: 6) { members.append(.init("x_note", .string(text()))) }
        return .object(members)
    }

    private func call(_ index: Int) -> JSONValue {
        if sometimes(1, of: 4) {
            let custom = JSONValue.object([.init("name", .text("c")), .init("input", .string(text()))])
            return .object([
                .init("id", .text("call_\(index)")), .init("type", .text("custom")), .init("custom", custom),
            ])
        }
        return .object([
            .init("id", .text("call_\(index)")), .init("type", .text("function")),
            .init("function", function(argumentsName: "arguments")),
        ])
    }

    private func function(argumentsName: JSONText) -> JSONValue {
        .object([.init("name", .text("f")), .init(argumentsName, .string(text()))])
    }

    private func audio() -> JSONValue {
        .object([
            .init("id", .text("audio_1")), .init("expires_at", .integer(9)), .init("data", .text("AAEC")),
            .init("transcript", .string(text())),
        ])
    }

    private func logprobs() -> JSONValue {
        guard sometimes(1, of: 3) else { return .null }
        let token = JSONValue.object([
            .init("token", .string(text())), .init("logprob", .number("-0.10")), .init("bytes", .null),
            .init("top_logprobs", .array([])),
        ])
        return .object([.init("content", .array([token, token])), .init("refusal", .null)])
    }

    private func usage() -> JSONValue {
        .object([
            .init("prompt_tokens", .integer(random.next(below: 100))),
            .init("completion_tokens", .number("0")),
            .init("total_tokens", .number("9007199254740993")),
        ])
    }

    /// A text of raw pieces: letters, escapes, surrogate pairs as escapes, a lone surrogate, UTF-8 of each
    /// length.
    private func text() -> JSONText {
        let pieces = [
            "a", "word ", "\\n", "\\\"", "\\\\", "\\u0041", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\ud800",
            "é", "漢", "😀", "\u{2028}", "\\/",
        ]
        var text: JSONText = ""
        for _ in 0..<random.next(below: pick([1, 4, 40, 200])) { text.raw += pick(pieces).utf8 }
        return text
    }

    private func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next(below: UInt64(elements.count)))]
    }

    private func sometimes(_ times: UInt64, of all: UInt64) -> Bool { random.next(below: all) < times }
}
