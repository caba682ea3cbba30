internal import PennyweightJSON

/// Unfolds one choice of a plain answer into the choices of its chunks.
struct ChoiceUnfolding {
    private let choice: [JSONValue.Member]
    private let message: [JSONValue.Member]
    private let logprobs: JSONValue
    private let pieceCount: Int?

    /// Throws ``Unfoldable`` if the choice is not complete.
    init(_ choice: JSONValue, pieceCount: Int? = nil) throws {
        self.pieceCount = pieceCount
        self.choice = try Accumulation.members(of: choice)
        guard let message = choice["message"], choice.index != nil, choice["finish_reason"]?.string != nil
        else {
            throw Unfoldable()
        }
        self.message = try Accumulation.members(of: message)
        logprobs = choice["logprobs"] ?? .null
    }

    /// The opening, the pieces, the finish.
    var pieces: [JSONValue] {
        var pieces = [piece(delta: .object(message.map(opening)), isOpening: true)]
        // What a model thinks comes before what it says.
        for member in textMembers.filter({ !isSpoken($0.name) }) {
            pieces += texts(of: member).map { piece(delta: $0) }
        }
        var spoken = textMembers.filter { isSpoken($0.name) }.flatMap(texts)
        if spoken.isEmpty, logprobs != .null { spoken = [.object([])] }
        for (position, delta) in spoken.enumerated() {
            pieces.append(piece(delta: delta, logprobs: position == 0 ? logprobs : .null))
        }
        pieces += argumentPieces.map { piece(delta: $0) }
        pieces.append(piece(delta: .object([]), isFinish: true))
        return pieces
    }

    private func piece(
        delta: JSONValue, logprobs: JSONValue = .null, isOpening: Bool = false, isFinish: Bool = false
    ) -> JSONValue {
        .object(
            choice.compactMap { member in
                switch member.name {
                case "index": member
                case "message": .init("delta", delta)
                case "finish_reason": isFinish ? member : .init("finish_reason", .null)
                case "logprobs": .init("logprobs", logprobs)
                default: isOpening ? member : nil
                }
            })
    }

    private func isSpoken(_ name: JSONText) -> Bool { name == "content" || name == "refusal" }

    /// The members whose text is sent in pieces.
    private var textMembers: [JSONValue.Member] {
        message.filter { member in
            guard case .string = member.value else { return false }
            return isSpoken(member.name) || member.name.raw.starts(with: Array("reasoning".utf8))
        }
    }

    private func opening(_ member: JSONValue.Member) -> JSONValue.Member {
        if textMembers.contains(where: { $0.name == member.name }) { return .init(member.name, .text("")) }
        guard member.name == "tool_calls", case .array(let calls) = member.value else { return member }
        let opened = calls.enumerated().map { index, call in
            var call = call
            call["index"] = nil
            if case .object(let members) = call {
                call = .object([.init("index", .integer(index))] + members)
            }
            if case .string = call["function"]?["arguments"] { call["function"]?["arguments"] = .text("") }
            return call
        }
        return .init("tool_calls", .array(opened))
    }

    private func texts(of member: JSONValue.Member) -> [JSONValue] {
        guard case .string(let text) = member.value else { return [] }
        return TextPieces.cut(text, into: pieceCount).map { .object([.init(member.name, .string($0))]) }
    }

    private var argumentPieces: [JSONValue] {
        guard case .array(let calls) = message.first(where: { $0.name == "tool_calls" })?.value else {
            return []
        }
        return calls.enumerated().flatMap { index, call -> [JSONValue] in
            guard case .string(let arguments) = call["function"]?["arguments"] else { return [] }
            return TextPieces.cut(arguments, into: pieceCount).map { piece in
                let function = JSONValue.object([.init("arguments", .string(piece))])
                let call = JSONValue.object([.init("index", .integer(index)), .init("function", function)])
                return .object([.init("tool_calls", .array([call]))])
            }
        }
    }
}
