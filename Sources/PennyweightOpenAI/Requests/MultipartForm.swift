/// The fields of a form (`multipart/form-data`), which image edits, videos and transcriptions send.
///
/// Follows [RFC 7578](https://www.rfc-editor.org/rfc/rfc7578) and
/// [RFC 2046 section 5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1): a part has the name that
/// its own `Content-Disposition` gives it, whatever stands in other parts. Contents of files are skipped.
/// Strict: what two readers could read differently (a field given twice, two names of one part) is not read
/// at all, as what is charged must be what the upstream reads.
public struct MultipartForm: Sendable, Hashable {
    /// A file that was sent along.
    struct File: Sendable, Hashable {
        let name: String
        let byteCount: Int
    }

    /// One part: what its head says, and where its content is in the body.
    struct Part: Sendable, Hashable {
        let head: PartHead
        let content: Range<Int>
    }

    /// How much of a form is read.
    struct Limits: Sendable, Hashable {
        var parts = 256
        var headBytes = 16_384
        var fieldBytes = 1_048_576
    }

    private let values: [String: [UInt8]]
    private let ambiguous: Set<String>
    let files: [File]
    /// All parts, in the order in which they were sent.
    let parts: [Part]
    /// The bytes of all fields together, without the files.
    let fieldByteCount: Int

    /// Reads a body; nil if it is no form, is malformed, or is too large to be read: more than 256 parts, a
    /// part's head of more than 16 KiB, a field of more than 1 MiB. Files may have any size.
    public init?(_ body: [UInt8], contentType: String?) {
        self.init(body, contentType: contentType, limits: Limits())
    }

    /// Reads a body; nil if it is no form, is malformed, or is beyond the limits.
    init?(_ body: [UInt8], contentType: String?, limits: Limits) {
        guard let contentType, let boundary = MultipartForm.boundary(of: contentType),
            let parts = MultipartParts(body, boundary: boundary, limit: limits.parts)
        else { return nil }
        var values: [String: [UInt8]] = [:]
        var ambiguous: Set<String> = []
        var files: [File] = []
        var read: [Part] = []
        var fieldByteCount = 0
        for part in parts.ranges {
            guard let head = PartHead(body[part.head], limitBytes: limits.headBytes) else { return nil }
            read.append(Part(head: head, content: part.content))
            if head.isFile {
                files.append(File(name: head.name, byteCount: part.content.count))
                continue
            }
            guard part.content.count <= limits.fieldBytes else { return nil }
            fieldByteCount += part.content.count
            if values.updateValue(Array(body[part.content]), forKey: head.name) != nil {
                ambiguous.insert(head.name)
            }
        }
        self.values = values
        self.ambiguous = ambiguous.union(files.map(\.name))
        self.files = files
        self.parts = read
        self.fieldByteCount = fieldByteCount
    }

    /// The names of all parts, each once, readable or not.
    public var names: Set<String> { ambiguous.union(values.keys) }

    /// True if a part has this name, readable or not.
    public func has(_ name: String) -> Bool { values[name] != nil || ambiguous.contains(name) }

    /// The field's text; nil if there is none, if it is given twice or as a file, or if it isn't UTF-8.
    public func text(_ name: String) -> String? {
        guard !ambiguous.contains(name), let bytes = values[name] else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// How many files there are under a name: `image`, `image[]`, or `image[0]`.
    func fileCount(_ name: String) -> Int64 {
        Int64(files.count { $0.name == name || $0.name.hasPrefix("\(name)[") })
    }

    /// The boundary that a content type names: 1 to 70 characters (RFC 2046 section 5.1.1).
    private static func boundary(of contentType: String) -> [UInt8]? {
        guard let field = HeaderParameters(Array(contentType.utf8)[...]),
            field.value.lowercased() == "multipart/form-data", let boundary = field["boundary"],
            (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), boundary.utf8.last != 0x20
        else { return nil }
        return Array(boundary.utf8)
    }
}

extension MultipartForm {
    /// The lines of a head, which end at CRLF and nowhere else.
    static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var position = start
        while position < bytes.endIndex {
            if bytes[position] == 0x0D, position + 1 < bytes.endIndex, bytes[position + 1] == 0x0A {
                lines.append(bytes[start..<position])
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        if start < bytes.endIndex { lines.append(bytes[start...]) }
        return lines
    }
}
