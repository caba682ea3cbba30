private import Crypto
private import PennyweightJSON

/// The one spelling of a JSON body that all bodies with the same meaning share: what the cache key is made
/// of.
///
/// Member order and strings follow RFC 8785 (names sorted by UTF-16 code units, shortest escapes, no white
/// space). Numbers don't: RFC 8785 rounds them to doubles, and two integers beyond 2⁵³ would become one. Here
/// a number is its exact decimal value, so that `1`, `1.0`, `1e0` and `10e-1` are one number and
/// `9007199254740993` is another than `9007199254740992`. Text is not normalised: a composed and a decomposed
/// `é` differ, as they do for a tokenizer.
///
/// Linear in the body's size, but for the sorting of names.
public struct CanonicalForm: Sendable, Hashable {
    /// The canonical text. Empty for an empty body.
    public let bytes: [UInt8]

    /// Why a body has no canonical form. The call itself goes through, uncached.
    public enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
        /// It is not JSON (RFC 8259), or nests too deep.
        case malformed = "malformed-body"
        /// An object has two members of one name: which of them counts depends on who reads it.
        case duplicateName = "duplicate-name"
        /// A string has half of a surrogate pair: it has no Unicode text.
        case loneSurrogate = "lone-surrogate"
        /// A number's exponent has more than 15 digits.
        case numberOutOfRange = "number-out-of-range"
    }

    /// Writes the canonical form of a body, leaving out top-level members of these names.
    public init(of body: [UInt8], omitting omitted: Set<String> = []) throws(Refusal) {
        guard !body.isEmpty else {
            bytes = []
            return
        }
        let document: JSONDocument
        do { document = try JSONDocument(body) } catch { throw .malformed }
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        try CanonicalForm.write(document.root, omitting: omitted.map { Array($0.utf8) }, to: &out)
        bytes = out
    }

    /// SHA-256 of the canonical text: 32 bytes.
    public var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }

    private static func write(
        _ node: JSONNode, omitting omitted: [[UInt8]] = [], to out: inout [UInt8]
    ) throws(Refusal) {
        switch node.kind {
        case .null, .bool: out += node.source
        case .number: try CanonicalNumber.write(node.source, to: &out)
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
            case ..<0x20: out += Array("\\u00".utf8) + Array(hexadecimal([byte]).utf8)
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
