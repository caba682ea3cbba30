internal import PennyweightJSON

/// A piece of a stream that can't be folded without loss.
struct Unfoldable: Error {}

/// The rules by which the pieces of one JSON object add up, after those of the official Python client
/// (`openai/lib/streaming/_deltas.py`): strings are joined, objects merged, lists extended or merged by
/// `index`.
///
/// Where its rules would spoil an answer they are not followed: an `id`, `name` or `format` that is sent
/// again is not doubled, and numbers are not added up. What contradicts itself throws ``Unfoldable``.
enum Accumulation {
    /// The most members of one object, and indexed elements of one list: they are searched one by one.
    static let maximumCount = 1_024

    /// Adds a piece to what there is. All names must be unique; see ``members(of:)``.
    static func add(_ piece: [JSONValue.Member], to total: inout [JSONValue.Member]) throws {
        for member in piece {
            guard let index = total.firstIndex(where: { $0.name == member.name }) else {
                guard total.count < maximumCount else { throw Unfoldable() }
                total.append(member)
                continue
            }
            try add(member.value, to: &total[index].value, named: member.name)
        }
    }

    /// The members of an object, each name in its plain spelling and once. Throws for anything else.
    static func members(of value: JSONValue) throws -> [JSONValue.Member] {
        guard case .object(let members) = value else { throw Unfoldable() }
        var names: Set<JSONText> = []
        return try members.map { member in
            var plain = member
            if let name = member.name.string { plain.name = JSONText(name) }
            guard names.insert(plain.name).inserted else { throw Unfoldable() }
            return plain
        }
    }

    // What is added to is never bound to a second name here: it would be copied with every piece.
    private static func add(_ piece: JSONValue, to total: inout JSONValue, named name: JSONText) throws {
        if case .null = piece { return }
        if case .null = total {
            total = piece
            return
        }
        guard total.kind == piece.kind else { throw Unfoldable() }
        switch piece {
        case .string(let text): try add(text, to: &total, named: name)
        case .object: try addObject(piece, to: &total)
        case .array(let elements): try addElements(elements, to: &total)
        case .number, .bool, .null: total = piece
        }
    }

    private static func add(_ text: JSONText, to total: inout JSONValue, named name: JSONText) throws {
        switch name {
        case "role", "type":
            if !text.raw.isEmpty { total = .string(text) }
        case "id", "name", "format":
            if text.raw.isEmpty || total == .string(text) { return }
            if name == "id", total != .text("") { throw Unfoldable() }
            total.append(text)
        default: total.append(text)
        }
    }

    private static func addObject(_ piece: JSONValue, to total: inout JSONValue) throws {
        guard case .object(var members) = total else { throw Unfoldable() }
        total = .null  // So that the members have one owner and are changed in place.
        try add(try Accumulation.members(of: piece), to: &members)
        total = .object(members)
    }

    private static func addElements(_ piece: [JSONValue], to total: inout JSONValue) throws {
        guard case .array(var elements) = total else { throw Unfoldable() }
        total = .null
        for element in piece {
            guard element.index == nil || elements.count < maximumCount else { throw Unfoldable() }
            if let wanted = element.index, let known = elements.firstIndex(where: { $0.index == wanted }) {
                try addObject(element, to: &elements[known])
            } else {
                elements.append(element)
            }
        }
        total = .array(elements)
    }
}

extension JSONValue {
    /// The number that an element of a list names itself by: its member `index`.
    var index: Int64? {
        guard case .number(let text) = self["index"] else { return nil }
        return Int64(text)
    }

    /// The text of a string; nil for another kind.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text.string
    }

    fileprivate var kind: JSONNode.Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Extends a string in place; does nothing to another kind.
    fileprivate mutating func append(_ text: JSONText) {
        guard case .string(var own) = self else { return }
        self = .null
        own.raw += text.raw
        self = .string(own)
    }
}
