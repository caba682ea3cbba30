internal import PennyweightTime

extension ReportQuery.Grouping {
    /// What stands for a key, a tag or an outcome that a line doesn't have.
    public static let none = "(none)"

    /// The groups that a line belongs to: several for tags, else one.
    public func groups(of line: LedgerLine) -> [String] {
        switch self {
        case .model: [line.executedModel ?? line.subject.model]
        case .day: [line.at.day.description]
        case .hour: [String(line.at.hour.text.prefix(13))]
        case .provider: [line.subject.provider]
        case .key: [line.subject.key ?? Self.none]
        case .account: [line.subject.account]
        case .tag:
            line.subject.tags.isEmpty ? [Self.none] : line.subject.tags.map { "\($0.key)=\($0.value)" }
        case .endpoint: [line.subject.route]
        case .outcome:
            switch line.kind {
            case .attempt(_, _, let outcome): [outcome.rawValue]
            case .saving(let source, _): [source.rawValue]
            case .correction: ["correction"]
            }
        }
    }

    /// True if rows are sorted by name, because it is a time.
    public var isTime: Bool { self == .day || self == .hour }
}

extension ReportQuery {
    /// True if a line is in what the query covers.
    public func covers(_ line: LedgerLine) -> Bool {
        let isBefore = until.map { line.at.hour < $0 } ?? true
        let isAfter = since.map { line.at.hour >= $0.hour } ?? true
        return isBefore && isAfter && AccountPath.isCovered(line.subject.account, by: account)
    }
}

extension Report {
    /// Puts rows in their order: by time, or by what was charged and then by name.
    public static func sorted(_ rows: [Row], by groupings: [ReportQuery.Grouping]) -> [Row] {
        rows.sorted { left, right in
            if groupings.first?.isTime != true, left.totals.charged != right.totals.charged {
                return left.totals.charged > right.totals.charged
            }
            return left.group.lexicographicallyPrecedes(right.group)
        }
    }
}
