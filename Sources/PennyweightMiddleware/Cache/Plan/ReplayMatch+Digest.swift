private import Crypto
private import PennyweightJSON

extension ReplayMatch {
    /// SHA-256 of what this look-up compares of a body.
    ///
    /// Digests of two kinds of look-up never meet: what was kept for one is not found by the other. Throws if
    /// the body has no canonical form; for ``strict`` every body has a digest. A pinned recording is found by
    /// its id; what is kept instead is kept as for ``standard``.
    func digest(
        of body: [UInt8], omitting omitted: [String]
    ) throws(CanonicalForm.Refusal) -> [UInt8] {
        switch self {
        case .standard, .pinned:
            return try CanonicalForm(of: body, omitting: omitted).digest
        case .strict:
            return ReplayMatch.digest([Array("pennyweight-match-strict".utf8), body])
        case .fields(let names):
            guard let root = (try? JSONDocument(body))?.root, root.kind == .object else { throw .malformed }
            // An object of them alone: what is left out may be any number of members.
            let members = root.members.filter { names.contains($0.name.string ?? "") }
                .map { Array($0.name.source) + [UInt8(ascii: ":")] + Array($0.value.source) }
            let object =
                [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
            let named = try CanonicalForm(of: object).bytes
            return ReplayMatch.digest(
                [Array("pennyweight-match-fields".utf8)] + names.sorted().map { Array($0.utf8) } + [named])
        }
    }

    /// The same of a form, which is read already.
    func digest(
        of form: CanonicalParts, in body: [UInt8], omitting omitted: [String]
    ) throws(CanonicalForm.Refusal) -> [UInt8] {
        switch self {
        case .standard, .pinned: return try form.digest(omitting: omitted)
        case .strict:
            // The boundary is no part of the body: the same bytes are another form after another one.
            return ReplayMatch.digest(
                [Array("pennyweight-match-strict".utf8), body, try form.bytes()])
        case .fields(let names):
            return ReplayMatch.digest(
                [Array("pennyweight-match-fields".utf8)] + names.sorted().map { Array($0.utf8) }
                    + [form.bytes(of: names)])
        }
    }

    /// Each part behind its length, so that no two lists share a digest.
    private static func digest(_ parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array("\(part.count):".utf8))
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }
}
