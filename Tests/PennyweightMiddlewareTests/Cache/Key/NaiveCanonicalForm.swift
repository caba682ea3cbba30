#if canImport(PennyweightJSON)
import PennyweightJSON
import PennyweightMiddleware
#endif

/// A canonical form by the book: a tree of nodes, arrays of digits, nothing fast. The real one is compared
/// with it.
enum NaiveCanonicalForm {
    typealias Refusal = CanonicalForm.Refusal

    static func bytes(of body: [UInt8], omitting omitted: [String] = []) throws(Refusal) -> [UInt8] {
        let document: JSONDocument
        do { document = try JSONDocument(body, maximumDepth: 128) } catch { throw .malformed }
        var out: [UInt8] = []
        try write(document.root, omitting: omitted.map { Array($0.utf8) }, to: &out)
        return out
    }

    private static func hex(_ nibble: UInt8) -> UInt8 {
        Array("0123456789abcdef".utf8)[Int(nibble)]
    }

    private static func write(
        _ node: JSONNode, omitting omitted: [[UInt8]] = [], to out: inout [UInt8]
    ) throws(Refusal) {
        switch node.kind {
        case .null, .bool: out += node.source
        case .number: try NaiveNumber.write(node.source, to: &out)
        case .string: try writeString(node, to: &out)
        case .array:
            out.append(UInt8(ascii: "["))
            for (index, element) in node.elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                try write(element, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object: try writeObject(node, omitting: omitted, to: &out)
        }
    }

    private static func writeObject(
        _ node: JSONNode, omitting omitted: [[UInt8]], to out: inout [UInt8]
    ) throws(Refusal) {
        var members: [(name: ArraySlice<UInt8>, value: JSONNode)] = []
        for member in node.members {
            members.append((try content(of: member.name), member.value))
        }
        members.sort { comesBefore($0.name, $1.name) }
        for (left, right) in zip(members, members.dropFirst()) where left.name.elementsEqual(right.name) {
            throw .duplicateName
        }
        out.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in members where !omitted.contains(where: { $0.elementsEqual(name) }) {
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            writeEscaped(name, to: &out)
            out.append(UInt8(ascii: ":"))
            try write(value, to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func writeString(_ node: JSONNode, to out: inout [UInt8]) throws(Refusal) {
        let source = node.source
        // Without an escape there is nothing in a valid string that has another spelling.
        guard source.contains(UInt8(ascii: "\\")) else {
            out += source
            return
        }
        writeEscaped(try content(of: node), to: &out)
    }

    /// The UTF-8 that a string means; a view of the source where nothing is escaped.
    private static func content(of node: JSONNode) throws(Refusal) -> ArraySlice<UInt8> {
        let inner = node.source.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return inner }
        guard let decoded = node.text?.utf8 else { throw .loneSurrogate }
        return decoded[...]
    }

    /// RFC 8785 section 3.2.2.2: two-character escapes where JSON has them, `\u00xx` for other control
    /// characters, everything else as it is.
    private static func writeEscaped(_ text: ArraySlice<UInt8>, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x08: out += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
            case 0x09: out += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0x0A: out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0C: out += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
            case 0x0D: out += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case ..<0x20: out += Array("\\u00".utf8) + [hex(byte >> 4), hex(byte & 0xF)]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// The order of UTF-16 code units, seen through UTF-8.
    ///
    /// Both orders agree but for characters beyond U+FFFF: UTF-16 writes them with surrogates (0xD800 and
    /// up), which come before U+E000 to U+FFFF; UTF-8 puts them after. So the leads 0xF0 to 0xF4 go before
    /// 0xEE and 0xEF.
    private static func comesBefore(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        for (leftByte, rightByte) in zip(left, right) where leftByte != rightByte {
            return rank(leftByte) < rank(rightByte)
        }
        return left.count < right.count
    }

    private static func rank(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0xEE, 0xEF: byte + 0x10
        case 0xF0...0xF4: byte - 2
        default: byte
        }
    }
}
