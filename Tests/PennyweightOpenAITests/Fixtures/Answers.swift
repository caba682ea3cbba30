import PennyweightJSON
import PennyweightTesting
import PennyweightTime

/// Makes complete `text_completion`s and `response`s from a seed.
struct Answers {
    private let random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    func completion() -> JSONValue {
        let count = pick([1, 1, 2, 4])
        var members: [JSONValue.Member] = [
            .init("id", .text("cmpl-\(random.next(below: 1_000))")),
            .init("object", .text("text_completion")),
            .init("created", .integer(1_767_225_600)), .init("model", .text("gpt-3.5-turbo-instruct")),
            .init("choices", .array((0..<count).map(choice))),
        ]
        if sometimes(3, of: 4) {
            members.append(.init("usage", .object([.init("total_tokens", .integer(7))])))
        }
        if sometimes(1, of: 3) { members.append(.init("system_fingerprint", .null)) }
        return .object(members)
    }

    private func choice(_ index: Int) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("text", .string(text())), .init("index", .integer(index)),
            .init("logprobs", legacyLogprobs()),
            .init("finish_reason", .text(pick(["stop", "length"]))),
        ]
        if sometimes(1, of: 3) { members.swapAt(0, 1) }
        if sometimes(1, of: 4) { members.append(.init("stop_reason", .null)) }
        return .object(members)
    }

    private func legacyLogprobs() -> JSONValue {
        guard sometimes(1, of: 2) else { return .null }
        let count = Int(random.next(below: 6))
        return .object([
            .init("tokens", .array((0..<count).map { _ in .string(text()) })),
            .init("token_logprobs", .array((0..<count).map { _ in .number("-0.50") })),
            // A token may be called like the member by which other lists are merged.
            .init(
                "top_logprobs",
                .array(
                    (0..<count).map { _ in .object([.init("index", .number("0")), .init("a", .number("-1"))])
                    })),
            .init("text_offset", .array((0..<count).map { .integer($0) })),
        ])
    }

    func response() -> JSONValue {
        let isWhole = sometimes(4, of: 5)
        var members: [JSONValue.Member] = [
            .init("id", .text("resp_\(random.next(below: 1_000))")), .init("object", .text("response")),
            .init("created_at", .integer(1_767_225_600)),
            .init("status", .text(isWhole ? "completed" : "incomplete")), .init("error", .null),
            .init(
                "incomplete_details",
                isWhole ? .null : .object([.init("reason", .text("max_output_tokens"))])),
            .init("model", .text("gpt-5-mini")), .init("output", .array((0..<pick([0, 1, 2, 5])).map(item))),
            .init("store", .bool(false)), .init("metadata", .object([])),
            .init(
                "usage", .object([.init("input_tokens", .integer(3)), .init("output_tokens", .integer(4))])),
        ]
        if sometimes(1, of: 3) { members.append(.init("x_unknown", .array([.null, .number("1.50")]))) }
        return .object(members)
    }

    private func item(_ index: Int) -> JSONValue {
        let status = JSONValue.Member("status", .text("completed"))
        let id = JSONValue.Member("id", .text("item_\(index)"))
        func named(_ type: String, _ members: [JSONValue.Member]) -> JSONValue {
            .object([id, .init("type", .text(type))] + members)
        }
        switch random.next(below: 6) {
        case 0:
            return named(
                "function_call",
                [
                    status, .init("arguments", .string(text())), .init("call_id", .text("c")),
                    .init("name", .text("f")),
                ])
        case 1:
            return named(
                "custom_tool_call",
                [
                    status, .init("call_id", .text("c")), .init("name", .text("f")),
                    .init("input", .string(text())),
                ])
        case 2:
            let summary = (0..<random.next(below: 3)).map { _ in part("summary_text", "text") }
            var members: [JSONValue.Member] = [.init("summary", .array(summary))]
            if sometimes(1, of: 2) {
                members.append(.init("content", .array([part("reasoning_text", "text")])))
            }
            if sometimes(1, of: 3) { members.append(.init("encrypted_content", .text("gAAA"))) }
            return named("reasoning", members)
        case 3:
            return named("x_new_item", [status, .init("deep", .object([.init("text", .string(text()))]))])
        default:
            let content = (0..<random.next(below: 3)).map { _ in
                sometimes(1, of: 4) ? part("refusal", "refusal") : outputText()
            }
            return named(
                "message", [status, .init("content", .array(content)), .init("role", .text("assistant"))])
        }
    }

    private func part(_ type: String, _ name: JSONText) -> JSONValue {
        .object([.init("type", .text(type)), .init(name, .string(text()))])
    }

    private func outputText() -> JSONValue {
        let annotation = JSONValue.object([
            .init("type", .text("url_citation")), .init("title", .string(text())),
        ])
        let logprob = JSONValue.object([.init("token", .text("a")), .init("logprob", .number("-0.10"))])
        return .object([
            .init("type", .text("output_text")),
            .init("annotations", .array((0..<random.next(below: 3)).map { _ in annotation })),
            .init("logprobs", .array((0..<random.next(below: 3)).map { _ in logprob })),
            .init("text", .string(text())),
        ])
    }

    private func text() -> JSONText {
        let pieces = [
            "a", "word ", "\\n", "\\\"", "\\\\", "\\u0041", "\\ud83d\\ude00", "\\ud800", "é", "漢", "😀",
            "\u{2028}",
            "\\/",
        ]
        var text: JSONText = ""
        for _ in 0..<random.next(below: pick([1, 4, 40, 200])) { text.raw += Array(pick(pieces).utf8) }
        return text
    }

    private func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next(below: UInt64(elements.count)))]
    }

    private func sometimes(_ times: UInt64, of all: UInt64) -> Bool { random.next(below: all) < times }
}
