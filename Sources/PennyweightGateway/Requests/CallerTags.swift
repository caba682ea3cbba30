internal import PennyweightPipeline

/// Reads the header `x-pennyweight-tags: team=search,env=prod`: labels that the ledger keeps, for reports.
enum CallerTags {
    /// More would make the rollups, which have a row per value, grow with the caller's imagination.
    static let limit = 16
    static let nameLimit = 64
    static let valueLimit = 128

    /// The tags of a header's value; none without one. Throws a `Failure` `invalidRequest` that says what is
    /// wrong.
    static func parse(_ text: String?) throws -> [String: String] {
        var tags: [String: String] = [:]
        for pair in (text ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                trimmed)
            guard parts.count == 2, isName(parts[0]), isValue(parts[1]) else {
                throw Failure(
                    .invalidRequest,
                    "The header x-pennyweight-tags must read 'team=search,env=prod': names of at most "
                        + "\(nameLimit) letters, digits, '.', '_' or '-', values of at most \(valueLimit) "
                        + "printable characters."
                )
            }
            guard tags.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw Failure(
                    .invalidRequest, "The header x-pennyweight-tags names the tag '\(parts[0])' twice.")
            }
        }
        guard tags.count <= limit else {
            throw Failure(.invalidRequest, "The header x-pennyweight-tags has more than \(limit) tags.")
        }
        return tags
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= nameLimit
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: ".-_".utf8.contains(byte)
                }
            }
    }

    private static func isValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= valueLimit && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
