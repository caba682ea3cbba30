internal import PennyweightJSON

/// Folds the pieces of one choice of a legacy completion: texts are joined, lists of log probabilities
/// extended.
struct CompletionChoiceFolding: FoldingChoice {
    static let chunkObject = "text_completion"
    static let plainObject = "text_completion"

    private var members: [JSONValue.Member] = []

    mutating func add(_ piece: [JSONValue.Member]) throws {
        for member in piece {
            guard let index = members.firstIndex(where: { $0.name == member.name }) else {
                guard members.count < Accumulation.maximumCount else { throw Unfoldable() }
                members.append(member)
                continue
            }
            switch member.name {
            case "text": try join(member.value, at: index)
            case "logprobs": try extend(with: member.value, at: index)
            default: if member.value != .null { members[index].value = member.value }
            }
        }
    }

    var folded: JSONValue? {
        let choice = JSONValue.object(members)
        guard let reason = choice["finish_reason"]?.string, !reason.isEmpty, case .string = choice["text"]
        else {
            return nil
        }
        return choice
    }

    private mutating func join(_ value: JSONValue, at index: Int) throws {
        guard case .string(let piece) = value, case .string(var text) = members[index].value else {
            throw Unfoldable()
        }
        members[index].value = .null  // So that the text has one owner and grows in place.
        text.raw += piece.raw
        members[index].value = .string(text)
    }

    /// Each list of the log probabilities grows; an alternative may be called `index`, so that nothing here
    /// is merged by it.
    private mutating func extend(with value: JSONValue, at index: Int) throws {
        if value == .null { return }
        guard members[index].value != .null else {
            members[index].value = value
            return
        }
        guard case .object(let piece) = value, case .object(var lists) = members[index].value else {
            throw Unfoldable()
        }
        members[index].value = .null
        for member in piece {
            guard let place = lists.firstIndex(where: { $0.name == member.name }) else {
                guard lists.count < Accumulation.maximumCount else { throw Unfoldable() }
                lists.append(member)
                continue
            }
            try CompletionChoiceFolding.extend(&lists[place].value, with: member.value)
        }
        members[index].value = .object(lists)
    }

    private static func extend(_ list: inout JSONValue, with value: JSONValue) throws {
        switch (list, value) {
        case (_, .null): return
        case (.null, _): list = value
        case (.array(var elements), .array(let more)):
            list = .null
            elements += more
            list = .array(elements)
        default: throw Unfoldable()
        }
    }
}
