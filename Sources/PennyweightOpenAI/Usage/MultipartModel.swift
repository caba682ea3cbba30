/// Finds the field `model` of a form (`multipart/form-data`), which image edits, videos and transcriptions
/// send.
enum MultipartModel {
    private static let name = Array("name=\"model\"".utf8)
    private static let blankLine = Array("\r\n\r\n".utf8)
    private static let limitBytes = 256

    /// The field's text; nil if the body is no form or has no such field.
    static func find(in body: [UInt8], contentType: String?) -> String? {
        guard contentType?.lowercased().hasPrefix("multipart/form-data") == true,
            let field = position(of: name, in: body, from: 0, to: body.count),
            let head = position(of: blankLine, in: body, from: field, to: min(body.count, field + limitBytes))
        else { return nil }
        let value = body[(head + blankLine.count)...].prefix(limitBytes).prefix { $0 != UInt8(ascii: "\r") }
        return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    }

    private static func position(of wanted: [UInt8], in bytes: [UInt8], from start: Int, to end: Int) -> Int?
    {
        guard let first = wanted.first, end - start >= wanted.count else { return nil }
        return (start...(end - wanted.count)).first { position in
            bytes[position] == first && bytes[position...].starts(with: wanted)
        }
    }
}
