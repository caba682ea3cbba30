internal import PennyweightMiddleware
internal import PennyweightPipeline

/// A stored answer that is a gzip member already, and who may get it so.
enum GzipMember {
    /// The member of a body, if the facts have one of this length.
    static func of(_ body: [UInt8], in facts: Facts) -> [UInt8]? {
        guard let member = facts[GzipFact.self], member.count >= 18 else { return nil }
        // RFC 1952 section 2.3.1: it ends with the plain length.
        let length = member.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return length == UInt32(truncatingIfNeeded: body.count) ? member : nil
    }

    /// True if an `Accept-Encoding` asks for gzip (RFC 9110 section 12.5.3): it names it, or `*`, with a
    /// weight above nothing. Without the field, which would allow it as well, nobody gets it unasked.
    static func isAccepted(_ field: String?) -> Bool {
        guard let field else { return false }
        var star = false
        for part in field.lowercased().split(separator: ",") {
            let pieces = part.split(separator: ";").map { String($0.filter { $0 != " " && $0 != "\t" }) }
            guard let coding = pieces.first else { continue }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }
            // `q=0`, `q=0.0`, `q=0.00`, `q=0.000`.
            let isRefused = weight.map { $0.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." } } ?? false
            switch coding {
            case "gzip", "x-gzip": return !isRefused
            case "*": star = !isRefused
            default: break
            }
        }
        return star
    }
}
