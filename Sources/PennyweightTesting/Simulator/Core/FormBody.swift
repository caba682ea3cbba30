/// The fields and files of a `multipart/form-data` body (RFC 7578).
struct FormBody: Sendable {
    struct Part: Sendable {
        var name: String
        var fileName: String?
        var bytes: [UInt8]
    }

    var parts: [Part] = []

    /// The text of the first field of this name.
    func text(_ name: String) -> String? {
        parts.first { $0.name == name && $0.fileName == nil }.map {
            String(decoding: $0.bytes, as: UTF8.self)
        }
    }

    /// The files sent as `name`, `name[]` or `name[0]`.
    func files(_ name: String) -> [Part] {
        parts.filter { $0.fileName != nil && ($0.name == name || $0.name.hasPrefix("\(name)[")) }
    }

    /// Reads a body; nil if the content type has no boundary or the body doesn't follow it.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = FormBody.parameter("boundary", of: contentType) else { return nil }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        let bytes = [0x0D, 0x0A] + body
        guard var position = FormBody.find(delimiter, in: bytes, from: 0) else { return nil }
        while true {
            let start = position + delimiter.count
            guard start + 2 <= bytes.count else { return nil }
            if bytes[start] == UInt8(ascii: "-"), bytes[start + 1] == UInt8(ascii: "-") { return }
            guard let end = FormBody.find(delimiter, in: bytes, from: start),
                let blank = FormBody.find(Array("\r\n\r\n".utf8), in: bytes, from: start), blank < end
            else { return nil }
            let head = String(decoding: bytes[start..<blank], as: UTF8.self)
            add(head: head, bytes: Array(bytes[min(blank + 4, end)..<end]))
            position = end
        }
    }

    private mutating func add(head: String, bytes: [UInt8]) {
        for line in head.split(whereSeparator: \.isNewline) {
            guard line.lowercased().hasPrefix("content-disposition:"),
                let name = FormBody.parameter("name", of: line)
            else { continue }
            parts.append(Part(name: name, fileName: FormBody.parameter("filename", of: line), bytes: bytes))
        }
    }

    /// The value of `name=value` or `name="value"` after a semicolon.
    private static func parameter(_ name: String, of field: some StringProtocol) -> String? {
        for part in field.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { half in
                String(half.filter { !$0.isWhitespace && $0 != "\"" })
            }
            if pair.count == 2, pair[0].lowercased() == name { return pair[1] }
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var position = start
        while position <= bytes.count - needle.count {
            if bytes[position] == first, bytes[position..<position + needle.count].elementsEqual(needle) {
                return position
            }
            position += 1
        }
        return nil
    }
}
