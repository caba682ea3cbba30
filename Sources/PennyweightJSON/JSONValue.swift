/// JSON as a value that can be taken apart and built: numbers and strings stay as they are written.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number's text, exactly as written.
    case number(String)
    case string(JSONText)
    case array([JSONValue])
    case object([Member])

    /// One member of an object; order and duplicates are kept.
    public struct Member: Sendable, Hashable {
        public var name: JSONText
        public var value: JSONValue

        public init(_ name: JSONText, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Copies a node and everything in it.
    public init(_ node: JSONNode) {
        switch node.kind {
        case .null: self = .null
        case .bool: self = .bool(node.bool ?? false)
        case .number: self = .number(String(decoding: node.source, as: UTF8.self))
        case .string: self = .string(node.text ?? "")
        case .array: self = .array(node.elements.map(JSONValue.init))
        case .object:
            self = .object(node.members.map { Member($0.name.text ?? "", JSONValue($0.value)) })
        }
    }

    /// A string value of a text.
    public static func text(_ text: String) -> JSONValue { .string(JSONText(text)) }

    /// A number without a fraction.
    public static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

    /// The first member of this name; setting replaces it, appends it, or with nil removes it.
    ///
    /// On a value that is no object, getting gives nil and setting does nothing. The name is compared as
    /// written.
    public subscript(name: JSONText) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }

    /// The compact JSON text.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += Array("null".utf8)
        case .bool(let flag): out += Array((flag ? "true" : "false").utf8)
        case .number(let text): out += Array(text.utf8)
        case .string(let text): JSONValue.write(text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONValue.write(member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: JSONText, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        out += text.raw
        out.append(UInt8(ascii: "\""))
    }
}
