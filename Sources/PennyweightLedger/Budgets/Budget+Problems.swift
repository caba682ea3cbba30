extension Budget {
    /// The most budgets that a ledger is asked about for one attempt: each costs a look-up.
    public static let countLimit = 64
    /// The most bytes of a name.
    public static let nameLimit = 64

    /// What is wrong with this budget, each with what to do; empty if it can be used.
    public var problems: [String] {
        var problems: [String] = []
        if !Budget.isName(name) {
            problems.append(
                "'\(name.prefix(200))' is no name; give at most \(Budget.nameLimit) letters, digits, '_' or "
                    + "'-'.")
        }
        if limit < .zero {
            problems.append("The limit \(limit) is negative; give an amount of at least 0.")
        }
        if case .rolling(let hours) = period, !(1...BudgetPeriod.longestRolling).contains(hours) {
            problems.append(
                "A rolling period of \(hours) hours can't be counted; give 1 to "
                    + "\(BudgetPeriod.longestRolling) hours.")
        }
        if !scope.account.isEmpty, !AccountPath.isValid(scope.account) {
            problems.append(
                "'\(scope.account.prefix(200))' is no account; give a path like acme/search of at most "
                    + "\(AccountPath.depthLimit) names.")
        }
        if let wrong = thresholds.first(where: { !(1...1_000).contains($0) }) {
            problems.append("The threshold \(wrong) can't be used; give percentages from 1 to 1000.")
        }
        if Set(thresholds).count < thresholds.count {
            problems.append("A threshold stands there twice; give each percentage once.")
        }
        return problems
    }

    /// What is wrong with budgets that are to hold together, each with its budget's name.
    public static func problems(of budgets: [Budget]) -> [String] {
        var problems = budgets.flatMap { budget in
            budget.problems.map { "Budget '\(budget.name.prefix(200))': \($0)" }
        }
        var names: Set<String> = []
        for budget in budgets where !names.insert(budget.name).inserted {
            problems.append("Budget '\(budget.name)': the name stands there twice; give each its own.")
        }
        if budgets.count > countLimit {
            problems.append("There are \(budgets.count) budgets; have at most \(countLimit).")
        }
        return problems
    }

    private static func isName(_ text: String) -> Bool {
        (1...nameLimit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "_-".utf8.contains(byte)
                }
            }
    }
}
