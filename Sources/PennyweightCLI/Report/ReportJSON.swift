internal import PennyweightJSON
internal import PennyweightLedger

/// A report as one JSON object: `group_by`, `rows`, `total`, `open_holds`, and with a second grouping
/// `subgroup_by`. Money is exact decimal text; times that nothing was counted of are null.
enum ReportJSON {
    /// What the names of a row's groups are called, in the order of the groupings.
    private static let names: [JSONText] = ["group", "subgroup"]

    static func text(_ report: Report) -> String {
        let groupings = zip(names, report.groupings).map { name, grouping in
            JSONValue.Member(name + "_by", .text(grouping.rawValue))
        }
        let value = JSONValue.object(
            groupings + [
                .init("rows", .array(report.rows.map { object($0.totals, group: $0.group) })),
                .init("total", object(report.total, group: [])),
                .init("open_holds", .integer(report.openHolds)),
            ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    private static func object(_ totals: Totals, group: [String]) -> JSONValue {
        var members = zip(names, group).map { JSONValue.Member($0, .text($1)) }
        for (name, value) in zip(ReportColumns.names, ReportColumns.values(of: totals)) {
            switch value {
            case .count(let count): members.append(.init(JSONText(name), .integer(count)))
            case .money(let total): members.append(.init(JSONText(name), .text(total.text)))
            case .milliseconds(let time):
                members.append(.init(JSONText(name), time.map(JSONValue.integer) ?? .null))
            }
        }
        return .object(members)
    }
}
