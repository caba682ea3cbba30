/// One value of a ``JSONDocument``.
public struct JSONNode: Sendable {
    /// The six types of JSON (RFC 8259 section 3).
    public enum Kind: Sendable, Hashable {
        case null, bool, number, string, array, object
    }

    let document: JSONDocument
    let index: Int

    private var node: JSONTape.Node { document.nodes[index] }

    public var kind: Kind { node.kind }

    /// The value's bytes in the source, quotes and brackets included.
    public var range: Range<Int> { node.start..<node.end }

    /// The line of the source on which the value begins, counted from 1. Linear in what stands before it.
    public var line: Int { document.bytes[..<node.start].count { $0 == UInt8(ascii: "\n") } + 1 }

    /// The source text of the value.
    public var source: ArraySlice<UInt8> { document.bytes[range] }

    /// The elements of an array; empty for another kind.
    public var elements: [JSONNode] {
        guard kind == .array else { return [] }
        var elements: [JSONNode] = []
        var child = index + 1
        while child < node.next {
            elements.append(JSONNode(document: document, index: child))
            child = document.nodes[child].next
        }
        return elements
    }

    /// The members of an object in source order, duplicates included; empty for another kind.
    public var members: [(name: JSONNode, value: JSONNode)] {
        guard kind == .object else { return [] }
        var members: [(name: JSONNode, value: JSONNode)] = []
        var child = index + 1
        while child < node.next {
            members.append(
                (JSONNode(document: document, index: child), JSONNode(document: document, index: child + 1)))
            child = document.nodes[child + 1].next
        }
        return members
    }

    /// The value of an object's last member of this name (the one that nearly every reader takes); nil
    /// without one.
    public subscript(name: String) -> JSONNode? {
        guard kind == .object else { return nil }
        var found: JSONNode?
        var child = index + 1
        while child < node.next {
            if JSONNode(document: document, index: child).isString(name) {
                found = JSONNode(document: document, index: child + 1)
            }
            child = document.nodes[child + 1].next
        }
        return found
    }

    public var isNull: Bool { kind == .null }

    /// The value of `true` or `false`; nil for another kind.
    public var bool: Bool? {
        kind == .bool ? document.bytes[node.start] == UInt8(ascii: "t") : nil
    }

    /// A number that is written as an integer (no fraction, no exponent) and fits; nil for anything else.
    public var integer: Int64? {
        kind == .number ? Int64(String(decoding: source, as: UTF8.self)) : nil
    }

    /// The text of a string; nil for another kind, or if it has a lone surrogate, which text can't hold.
    public var string: String? {
        text?.string
    }

    /// A string as it is written, escapes included; nil for another kind.
    public var text: JSONText? {
        kind == .string ? JSONText(raw: Array(document.bytes[node.start + 1..<node.end - 1])) : nil
    }

    /// True if this is a string with exactly these bytes of UTF-8, however it is escaped.
    func isString(_ wanted: String) -> Bool {
        guard kind == .string else { return false }
        let raw = document.bytes[node.start + 1..<node.end - 1]
        if raw.contains(UInt8(ascii: "\\")) { return string.map { Array($0.utf8) } == Array(wanted.utf8) }
        return raw.elementsEqual(wanted.utf8)
    }
}
