/// The parameters of a request target, decoded.
struct QueryItems: Sendable, Hashable {
    private(set) var items: [(name: String, value: String)] = []

    static func == (left: QueryItems, right: QueryItems) -> Bool { left.text == right.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Reads what stands behind `?`. What can't be decoded stays as it is written.
    init(target: String) {
        guard let mark = target.firstIndex(of: "?") else { return }
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            items.append((QueryItems.decoded(parts[0]), parts.count > 1 ? QueryItems.decoded(parts[1]) : ""))
        }
    }

    /// The last value of a name; nil without one, or if it is empty.
    subscript(name: String) -> String? {
        guard let value = items.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The same without some names, and with one more item.
    func replacing(_ names: Set<String>, with name: String, _ value: String) -> QueryItems {
        var changed = self
        changed.items = items.filter { !names.contains($0.name) } + [(name, value)]
        return changed
    }

    /// `name=value&…`, encoded.
    var text: String {
        items.map { "\(QueryItems.encoded($0.name))=\(QueryItems.encoded($0.value))" }.joined(separator: "&")
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.map { $0 == "+" ? "%20" : String($0) }.joined()
        guard let bytes = Route.percentDecoded(Substring(spaced).utf8) else { return String(text) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3), and the comma of lists.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ","), UInt8(ascii: ":"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
