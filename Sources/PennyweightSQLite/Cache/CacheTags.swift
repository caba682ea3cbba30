/// Labels as one text, in which a label can be found as it is: `&name=value&other=value&`.
enum CacheTags {
    /// The text of labels, in the order of their names; nil for none.
    static func text(of tags: [String: String]) -> String? {
        if tags.isEmpty { return nil }
        return tags.sorted { $0.key < $1.key }.reduce(into: "&") { text, tag in
            text += escaped(tag.key) + "=" + escaped(tag.value) + "&"
        }
    }

    /// What the text of an entry with this label contains.
    static func text(of name: String, _ value: String) -> String {
        "&" + escaped(name) + "=" + escaped(value) + "&"
    }

    /// The labels of a text; nil if it is none.
    static func tags(in text: String?) -> [String: String]? {
        guard let text else { return [:] }
        var tags: [String: String] = [:]
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = plain(halves[0]), let value = plain(halves[1]) else {
                return nil
            }
            tags[name] = value
        }
        return tags
    }

    private static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "="), 0..<0x20:
                let digits = Array("0123456789ABCDEF".utf8)
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func plain(_ text: Substring.UTF8View) -> String? {
        var out: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            out.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: out, as: UTF8.self)
    }
}
