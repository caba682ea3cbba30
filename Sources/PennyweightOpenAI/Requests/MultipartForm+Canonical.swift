internal import PennyweightMiddleware

extension MultipartForm {
    /// The form as the cache key takes it, from the body that it was read from.
    ///
    /// With `keepsSuffix` the ending of a file's name counts, as for the audio routes, which tell formats by
    /// it. Throws `malformed` where two readers could read a part differently: control characters in a head,
    /// two media types, an encoding for the way, two names of one file.
    func canonical(
        in body: [UInt8], keepsSuffix: Bool
    ) throws(CanonicalForm.Refusal) -> CanonicalParts {
        var canonical: [CanonicalParts.Part] = []
        for part in parts {
            let head = part.head
            let fields = try head.canonicalFields()
            guard !head.isDoubtful, !keepsSuffix || !head.hasExtendedFileName else { throw .malformed }
            canonical.append(
                CanonicalParts.Part(
                    name: head.name, isFile: head.isFile, mediaType: try head.mediaType(),
                    suffix: keepsSuffix ? head.suffix : "", fields: fields, in: body,
                    content: part.content))
        }
        return CanonicalParts(canonical)
    }
}

extension PartHead {
    /// The media type with its name in lower case; empty without one, and for a field that is `text/plain`,
    /// which it is anyway (RFC 7578 section 4.4). Parameters stay as they are.
    fileprivate func mediaType() throws(CanonicalForm.Refusal) -> String {
        let types = fields.filter { $0.name == "content-type" }
        guard types.count <= 1 else { throw .malformed }
        guard let type = types.first?.value else { return "" }
        let end = type.firstIndex(of: ";") ?? type.endIndex
        let canonical = type[..<end].lowercased() + type[end...]
        return !isFile && canonical == "text/plain" ? "" : canonical
    }

    /// What else the head says, but for how the content travels: its length, and encodings that leave it as
    /// it is. Others are forbidden (RFC 7578 section 4.7): some readers would undo them, and some not.
    fileprivate func canonicalFields() throws(CanonicalForm.Refusal) -> [CacheKey.Fields.Header] {
        var others: [CacheKey.Fields.Header] = []
        for field in fields where !["content-type", "content-length"].contains(field.name) {
            guard field.name == "content-transfer-encoding" else {
                others.append(CacheKey.Fields.Header(field.name, field.value))
                continue
            }
            guard ["7bit", "8bit", "binary"].contains(field.value.lowercased()) else { throw .malformed }
        }
        // Stable, as fields of one name have an order.
        return others.enumerated().sorted { left, right in
            (left.element.name, left.offset) < (right.element.name, right.offset)
        }.map(\.element)
    }

    /// The ending of the file's name with its dot, as it is written; empty without one.
    fileprivate var suffix: String {
        guard let fileName else { return "" }
        let last = fileName.utf8.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        let base = last.map { fileName[fileName.utf8.index(after: $0)...] } ?? fileName[...]
        return base.lastIndex(of: ".").map { String(base[$0...]) } ?? ""
    }
}
