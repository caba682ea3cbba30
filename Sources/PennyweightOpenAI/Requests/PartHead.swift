/// What the head of one part of a form says.
struct PartHead: Sendable, Hashable {
    /// A header field that is no disposition: its name in lower case, and its value.
    struct Field: Sendable, Hashable {
        let name: String
        let value: String
    }

    let name: String
    let isFile: Bool
    /// The file's name; nil without one.
    let fileName: String?
    /// True if the file's name is given in the form that RFC 7578 section 4.2 forbids, too.
    let hasExtendedFileName: Bool
    /// All fields but the disposition, in their order.
    let fields: [Field]
    /// True if there are control characters, at which lenient readers end a line, or text that is not UTF-8.
    let isDoubtful: Bool

    /// Nil if it is malformed, too long, or doesn't have one disposition with one name.
    init?(_ bytes: ArraySlice<UInt8>, limitBytes: Int) {
        guard bytes.count <= limitBytes else { return nil }
        var disposition: HeaderParameters?
        var fields: [Field] = []
        var isDoubtful = false
        for line in MultipartForm.lines(bytes) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { return nil }
            let value = line[(colon + 1)...]
            if value.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) { isDoubtful = true }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard name == "content-disposition" else {
                let text = String(validating: PartHead.trimmed(value), as: UTF8.self)
                if text == nil { isDoubtful = true }
                fields.append(Field(name: name, value: text ?? ""))
                continue
            }
            guard disposition == nil, let found = HeaderParameters(value) else { return nil }
            disposition = found
        }
        guard let disposition, disposition.value.lowercased() == "form-data",
            let name = disposition["name"]
        else { return nil }
        self.name = name
        self.fields = fields
        self.isDoubtful = isDoubtful
        fileName = disposition["filename"]
        hasExtendedFileName = disposition.has("filename*")
        isFile = disposition.has("filename") || hasExtendedFileName
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var value = value.drop { $0 == 0x20 || $0 == 0x09 }
        while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
        return value
    }
}
