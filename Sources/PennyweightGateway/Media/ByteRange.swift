/// The part of a representation that a request asks for with `Range` (RFC 9110 section 14). Pure.
enum ByteRange: Sendable, Hashable {
    /// All of it: no range is asked for, or none that is understood.
    case whole
    case part(Range<Int64>)
    /// A range that begins behind the end.
    case unsatisfiable

    /// Reads a field's value for a representation of so many bytes. Of several ranges none is served, which
    /// is a server's right (section 14.2).
    init(_ field: String?, size: Int64) {
        self = .whole
        guard let field, field.lowercased().hasPrefix("bytes=") else { return }
        let ends = field.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return }
        let (first, last) = (ByteRange.number(ends[0]), ByteRange.number(ends[1]))
        switch (first, last, ends[0].isEmpty, ends[1].isEmpty) {
        case (let first?, nil, _, true):
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (let first?, let last?, _, _) where first <= last:
            self = first < size ? .part(first..<min(last + 1, size)) : .unsatisfiable
        case (nil, let suffix?, true, _):
            self = suffix > 0 && size > 0 ? .part(max(0, size - suffix)..<size) : .unsatisfiable
        default: return
        }
    }

    /// Digits alone; what is too large for any file counts as the largest number that still can be added to.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int64(text) ?? .max, .max - 1)
    }
}
