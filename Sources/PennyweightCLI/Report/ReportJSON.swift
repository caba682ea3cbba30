internal import PennyweightJSON
internal import PennyweightLedger

/// A report as one JSON object: `group_by`, `rows`, `total`, `open_holds`. Money is exact decimal text.
enum ReportJSON {
    static func text(_ report: Report) -> String {
        let value = JSONValue.object([
            .init("group_by", .text(report.grouping.rawValue)),
            .init("rows", .array(report.rows.map { object($0.totals, group: $0.group) })),
            .init("total", object(report.total, group: nil)),
            .init("open_holds", .integer(report.openHolds)),
        ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    private static func object(_ totals: Report.Totals, group: String?) -> JSONValue {
        var members = group.map { [JSONValue.Member("group", .text($0))] } ?? []
        for (name, value) in zip(ReportColumns.names, ReportColumns.values(of: totals)) {
            switch value {
            case .count(let count): members.append(.init(JSONText(name), .integer(count)))
            case .money(let total): members.append(.init(JSONText(name), .text(total.text)))
            }
        }
        return .object(members)
    }
}
