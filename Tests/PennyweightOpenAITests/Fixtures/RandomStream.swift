import PennyweightJSON
import PennyweightTesting
import PennyweightTime

@testable import PennyweightOpenAI

/// Streams a plain answer as a provider might: texts cut anywhere, choices and calls interleaved, filling and
/// empty pieces in between.
struct RandomStream {
    private let random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// The stream of a `chat.completion` whose choices have the members that the API documents.
    func chat(_ completion: JSONValue) -> [UInt8] {
        guard case .array(let choices) = completion["choices"] else { return [] }
        var queues = choices.map(chatPieces)
        return stream(completion, object: "chat.completion.chunk", &queues)
    }

    /// The stream of a `text_completion`.
    func completion(_ completion: JSONValue) -> [UInt8] {
        guard case .array(let choices) = completion["choices"] else { return [] }
        var queues = choices.map(completionPieces)
        return stream(completion, object: "text_completion", &queues)
    }

    private func stream(_ answer: JSONValue, object: String, _ queues: inout [[JSONValue]]) -> [UInt8] {
        var events: [[UInt8]] = []
        var envelope = answer
        envelope["object"] = .text(object)
        let usage = envelope["usage"]
        while queues.contains(where: { !$0.isEmpty }) {
            let place = pick(Array(queues.indices.filter { !queues[$0].isEmpty }))
            var together = [queues[place].removeFirst()]
            if sometimes(1, of: 5),
                let other = queues.indices.first(where: { $0 != place && !queues[$0].isEmpty })
            {
                together.append(queues[other].removeFirst())
            }
            envelope["choices"] = .array(together)
            if usage != nil { envelope["usage"] = .null }
            if sometimes(1, of: 2) { envelope["obfuscation"] = .text("x") }
            events.append(SSEWriter.event(envelope.bytes))
            envelope["obfuscation"] = nil
            if sometimes(1, of: 9) { events.append(SSEWriter.comment("keep-alive")) }
        }
        if let usage {
            envelope["choices"] = .array([])
            envelope["usage"] = usage
            events.append(SSEWriter.event(envelope.bytes))
        }
        return Array(events.joined()) + SSEWriter.done
    }

    private func chatPieces(_ choice: JSONValue) -> [JSONValue] {
        guard case .object(let message) = choice["message"] else { return [] }
        var deltas: [[JSONValue]] = [
            [.object([.init("role", .text("assistant")), .init("content", .text(""))])]
        ]
        for member in message {
            switch (member.name, member.value) {
            case ("role", _): continue
            case ("tool_calls", .array(let calls)):
                if calls.isEmpty { deltas.append([.object([member])]) }
                deltas += calls.enumerated().map(callPieces)
            case (_, .string(let text)):
                deltas.append(cut(text).map { .object([.init(member.name, .string($0))]) })
            default: deltas.append([.object([member])])
            }
        }
        let opening = deltas.removeFirst()
        var pieces = (opening + merged(deltas)).map { piece(choice, delta: $0) }
        if let logprobs = choice["logprobs"], logprobs != .null, !pieces.isEmpty {
            pieces[0]["logprobs"] = logprobs
        }
        var finish = piece(choice, delta: .object([]))
        finish["finish_reason"] = choice["finish_reason"]
        return pieces + [finish]
    }

    /// The order in each list stays; the lists are mixed.
    private func merged(_ lists: [[JSONValue]]) -> [JSONValue] {
        var lists = lists.filter { !$0.isEmpty }
        var merged: [JSONValue] = []
        while !lists.isEmpty {
            let index = Int(random.next(below: UInt64(lists.count)))
            merged.append(lists[index].removeFirst())
            if lists[index].isEmpty { lists.remove(at: index) }
        }
        return merged
    }

    private func callPieces(_ index: Int, _ call: JSONValue) -> [JSONValue] {
        guard case .object(let members) = call else { return [] }
        let kind: JSONText = call["function"] == nil ? "custom" : "function"
        let text: JSONText = call["function"] == nil ? "input" : "arguments"
        var opening = JSONValue.object([.init("index", .integer(index))] + members)
        guard case .string(let arguments) = call[kind]?[text] else { return [] }
        opening[kind]?[text] = .text("")
        return [.object([.init("tool_calls", .array([opening]))])]
            + cut(arguments).map { piece in
                let inner = JSONValue.object([.init(text, .string(piece))])
                return .object([
                    .init(
                        "tool_calls",
                        .array([.object([.init("index", .integer(index)), .init(kind, inner)])]))
                ])
            }
    }

    private func piece(_ choice: JSONValue, delta: JSONValue) -> JSONValue {
        guard case .object(let members) = choice else { return choice }
        return .object(
            members.map { member in
                switch member.name {
                case "message": .init("delta", delta)
                case "logprobs", "finish_reason": .init(member.name, .null)
                default: member
                }
            })
    }

    private func completionPieces(_ choice: JSONValue) -> [JSONValue] {
        guard case .string(let text) = choice["text"] else { return [] }
        var pieces = (cut(text) + [""]).map { text -> JSONValue in
            var piece = choice
            piece["text"] = .string(text)
            piece["logprobs"] = .null
            piece["finish_reason"] = .null
            return piece
        }
        for (place, part) in logprobs(choice["logprobs"], in: pieces.count).enumerated() {
            pieces[place]["logprobs"] = part
        }
        pieces[pieces.count - 1]["finish_reason"] = choice["finish_reason"]
        return pieces
    }

    /// The lists of legacy log probabilities, cut in as many parts as there are pieces.
    private func logprobs(_ value: JSONValue?, in count: Int) -> [JSONValue] {
        guard case .object(let members) = value, case .array(let tokens) = value?["tokens"] else { return [] }
        let cuts = (0..<count - 1).map { _ in Int(random.next(below: UInt64(tokens.count + 1))) }.sorted()
        return zip([0] + cuts, cuts + [tokens.count]).map { start, end in
            .object(
                members.map { member in
                    guard case .array(let elements) = member.value else { return member }
                    return .init(member.name, .array(Array(elements[start..<end])))
                })
        }
    }

    /// Pieces that are each a text, some empty.
    func cut(_ text: JSONText) -> [JSONText] {
        var pieces: [JSONText] = []
        for whole in TextPieces.cut(text) {
            pieces.append(whole)
            if sometimes(1, of: 6) { pieces.append("") }
        }
        return pieces.isEmpty ? [""] : pieces
    }

    private func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next(below: UInt64(elements.count)))]
    }

    private func sometimes(_ times: UInt64, of all: UInt64) -> Bool { random.next(below: all) < times }
}
