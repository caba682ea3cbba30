internal import PennyweightJSON

/// Brings the usage reports of one stream together. Counts are cumulative: the last stands, and nothing is
/// ever added up.
struct ReportMerge: Sendable {
    private(set) var report: JSONNode?

    /// Takes a report: it replaces the one before, member by member if its provider reports in parts.
    mutating func take(_ later: JSONNode, inParts: Bool) {
        guard inParts, let earlier = report else {
            report = later
            return
        }
        let replaced = Set(later.members.filter { !$0.value.isNull }.map { Array($0.name.source) })
        let kept = earlier.members.filter { !replaced.contains(Array($0.name.source)) }
        let added = later.members.filter { replaced.contains(Array($0.name.source)) }
        let members = (kept + added).map { Array($0.name.source) + [UInt8(ascii: ":")] + $0.value.source }
        let merged =
            [UInt8(ascii: "{")] + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
        report = (try? JSONDocument(merged).root) ?? later
    }
}
