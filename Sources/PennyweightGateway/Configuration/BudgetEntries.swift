internal import PennyweightLedger

/// What a configuration file says below `budgets`: by the name of each budget, its fields.
///
/// The reader of files flattens it to keys like `budgets.team.limitUSD`; here the budgets are put together
/// again.
struct BudgetEntries: Sendable {
    /// A field of a budget, as it stands in the file.
    enum Field: String, CaseIterable {
        case limitUSD, period, kind, account, key, user, model, tag, each, thresholds
    }

    /// How budgets have to be written.
    static let shape = "budgets are written by their names; give: budgets: { team: { limitUSD: \"5\" } }."
    private static let prefix = "budgets."

    private let file: String
    private var entries: [String: [String: [String]]] = [:]
    private var strays: [String] = []

    init(file: String) {
        self.file = file
    }

    /// True if a key of the file belongs here.
    static func isEntry(_ key: String) -> Bool { key == "budgets" || key.hasPrefix(prefix) }

    /// Takes a key's values: one text, or a list of them.
    mutating func add(_ key: String, _ values: [String]) {
        let path = key.dropFirst(BudgetEntries.prefix.count)
        guard key.hasPrefix(BudgetEntries.prefix), let dot = path.lastIndex(of: ".") else {
            strays.append(key)
            return
        }
        entries[String(path[..<dot]), default: [:]][String(path[path.index(after: dot)...])] = values
    }

    /// The budgets by name; reports everything that is wrong, each with its place and what to do.
    func budgets(_ report: (String) -> Void) -> [Budget] {
        for key in strays.sorted() { report("File \(file), key '\(key)': \(BudgetEntries.shape)") }
        var budgets: [Budget] = []
        for (name, fields) in entries.sorted(by: { $0.key < $1.key }) {
            let place = "File \(file), key 'budgets.\(name)"
            for field in fields.keys.sorted() where Field(rawValue: field) == nil {
                let hint =
                    ConfigurationKey.nearest(to: field, of: Field.allCases.map(\.rawValue))
                    .map { "did you mean 'budgets.\(name).\($0)'?" } ?? "remove it."
                report("\(place).\(field)': there is no such key; \(hint)")
            }
            var problems: [String] = []
            let budget = BudgetEntry(name: name, fields: fields).budget { field, problem in
                problems.append("\(place).\(field.rawValue)': \(problem)")
            }
            problems += budget.problems.map { "\(place)': \($0)" }
            problems.forEach(report)
            budgets.append(budget)
        }
        if budgets.count > Budget.countLimit {
            report(
                "File \(file), key 'budgets': there are \(budgets.count); have at most \(Budget.countLimit).")
        }
        return budgets
    }
}
