/// Accounts are paths: `acme/search/prod` lies below `acme/search`, which lies below `acme`.
///
/// A segment has 1 to 64 letters, digits, `.`, `_` or `-`; a path has at most eight segments.
public enum AccountPath {
    /// The most segments that a path may have.
    public static let depthLimit = 8
    /// The most bytes that a segment may have.
    public static let segmentLimit = 64

    /// True if the text can be an account.
    public static func isValid(_ path: String) -> Bool {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return segments.count <= depthLimit
            && segments.allSatisfy { segment in
                (1...segmentLimit).contains(segment.count) && segment.allSatisfy(isSegmentByte)
            }
    }

    /// True if the account is `ancestor` or lies below it; the empty path is above all.
    public static func isCovered(_ account: String, by ancestor: String) -> Bool {
        ancestor.isEmpty || account == ancestor
            || (account.utf8.count > ancestor.utf8.count && account.hasPrefix(ancestor)
                && account.utf8.dropFirst(ancestor.utf8.count).first == UInt8(ascii: "/"))
    }

    /// The account and all that it lies below, from the top: `acme`, `acme/search`.
    public static func lineage(of account: String) -> [String] {
        var path = ""
        return account.split(separator: "/").map { segment in
            path += path.isEmpty ? String(segment) : "/\(segment)"
            return path
        }
    }

    private static func isSegmentByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_".utf8.contains(byte)
        }
    }
}
