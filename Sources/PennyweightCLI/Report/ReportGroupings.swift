internal import PennyweightLedger

/// One or two groupings as they are named on a command line: `model`, `day,model`.
struct ReportGroupings: Sendable, Hashable, CustomStringConvertible {
    let list: [ReportQuery.Grouping]

    /// What `report` groups by unless told otherwise.
    static let model = ReportGroupings(list: [.model])

    /// Every name, for help and errors.
    static let names = ReportQuery.Grouping.allCases.map(\.rawValue)

    /// Throws ``Problem`` if a name is unknown, is there twice, or there are none or more than two.
    init(_ text: String) throws(Problem) {
        var list: [ReportQuery.Grouping] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let grouping = ReportQuery.Grouping(rawValue: String(name)) else {
                throw Problem(
                    description:
                        "There is no grouping '\(TextTable.shown(String(name)))'; name one or two of "
                        + ReportGroupings.names.joined(separator: ", ") + ", like 'day,model'.")
            }
            guard !list.contains(grouping) else {
                throw Problem(
                    description: "'\(grouping.rawValue)' is there twice; name two different groupings.")
            }
            list.append(grouping)
        }
        guard list.count <= 2 else {
            throw Problem(description: "A report has one or two groupings, not \(list.count).")
        }
        self.list = list
    }

    private init(list: [ReportQuery.Grouping]) {
        self.list = list
    }

    var description: String { list.map(\.rawValue).joined(separator: ",") }

    /// What is wrong with the text, and what to write.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }
}
