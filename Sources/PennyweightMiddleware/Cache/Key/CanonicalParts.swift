private import Crypto

/// The one spelling of a form (`multipart/form-data`) that all forms with the same meaning share: what the
/// cache key of an upload is made of.
///
/// ```swift
/// let body = Array("whisper-1".utf8)
/// let model = CanonicalParts.Part(name: "model", in: body, content: body.indices)
/// let digest = try CanonicalParts([model]).digest()
/// ```
///
/// Parts are sorted by their names; parts of one name keep their order. A part counts with its name, whether
/// it is a file, its media type, what else its head says, and the SHA-256 of its content: files of any size
/// take 32 bytes. The boundary, the order of different names, and file names don't count.
public struct CanonicalParts: Sendable, Hashable {
    /// One part of a form.
    public struct Part: Sendable, Hashable {
        public var name: String
        public var isFile: Bool
        /// The media type that the part's head gives; empty without one, and for a text's `text/plain`.
        public var mediaType: String
        /// The ending of the file's name with its dot, where the API reads it; empty otherwise.
        public var suffix: String
        /// Whatever else the part's head says: lower-case names, sorted.
        public var fields: [CacheKey.Fields.Header]
        /// SHA-256 of the content.
        public let contentDigest: [UInt8]

        /// Takes a part of a body, whose content is digested where it lies. A range outside of the body is a
        /// programmer's error and stops the process.
        public init(
            name: String, isFile: Bool = false, mediaType: String = "", suffix: String = "",
            fields: [CacheKey.Fields.Header] = [], in body: [UInt8], content: Range<Int>
        ) {
            self.name = name
            self.isFile = isFile
            self.mediaType = mediaType
            self.suffix = suffix
            self.fields = fields
            contentDigest = body.withUnsafeBytes { bytes in
                var hash = SHA256()
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[content]))
                return Array(hash.finalize())
            }
        }
    }

    /// In canonical order.
    public let parts: [Part]

    /// Takes the parts in the order in which they were sent.
    public init(_ parts: [Part]) {
        // Stable: the order of equal names has a meaning.
        let ordered = parts.enumerated().sorted { left, right in
            let (one, other) = (left.element.name.utf8, right.element.name.utf8)
            if one.elementsEqual(other) { return left.offset < right.offset }
            return one.lexicographicallyPrecedes(other)
        }
        self.parts = ordered.map(\.element)
    }

    /// The canonical text, without the parts of these names; each of them may be there once at most.
    public func bytes(
        omitting omitted: some Collection<String> = []
    ) throws(CanonicalForm.Refusal) -> [UInt8] {
        for name in omitted where parts.count(where: { $0.name == name }) > 1 { throw .duplicateName }
        return CanonicalParts.text(of: parts.filter { !omitted.contains($0.name) })
    }

    /// SHA-256 of the canonical text: 32 bytes.
    public func digest(
        omitting omitted: some Collection<String> = []
    ) throws(CanonicalForm.Refusal) -> [UInt8] {
        Array(SHA256.hash(data: try bytes(omitting: omitted)))
    }

    /// The canonical text of the parts of these names alone.
    func bytes(of names: Set<String>) -> [UInt8] {
        CanonicalParts.text(of: parts.filter { names.contains($0.name) })
    }

    private static func text(of parts: [Part]) -> [UInt8] {
        var out: [UInt8] = []
        out.appendPrefixed("pennyweight-form".utf8)
        out.appendPrefixed(String(parts.count).utf8)
        for part in parts {
            out.appendPrefixed(part.name.utf8)
            out.appendPrefixed((part.isFile ? "file" : "field").utf8)
            out.appendPrefixed(part.mediaType.utf8)
            out.appendPrefixed(part.suffix.utf8)
            out.appendPrefixed(String(part.fields.count).utf8)
            for field in part.fields {
                out.appendPrefixed(field.name.utf8)
                out.appendPrefixed((field.value ?? "").utf8)
            }
            out.appendPrefixed(part.contentDigest)
        }
        return out
    }
}
