internal import PennyweightLedger

/// The fields of one budget in a configuration file, and the budget that they make. Pure.
struct BudgetEntry {
    /// What is wrong with a field, and what to give.
    typealias Report = (BudgetEntries.Field, String) -> Void

    let name: String
    let fields: [String: [String]]

    /// Reads every field; one that can't be read is reported and has its default.
    func budget(_ report: Report) -> Budget {
        Budget(
            name: name, scope: scope(report),
            limit: read(.limitUSD, "an amount in US dollars of at least 0, like \"12.50\"", report) {
                Money(usd: $0).flatMap { $0 < .zero ? nil : $0 }
            } ?? missingLimit(report),
            period: read(
                .period,
                "none, day, week, month, or 'rolling 24h' with 1 to \(BudgetPeriod.longestRolling) hours",
                report
            ) { BudgetPeriod($0) } ?? .none,
            isHard: read(.kind, "hard or soft", report) { ["hard": true, "soft": false][$0] } ?? true,
            thresholds: thresholds(report))
    }

    private func missingLimit(_ report: Report) -> Money {
        if fields[BudgetEntries.Field.limitUSD.rawValue] == nil {
            report(.limitUSD, "it is missing; give an amount in US dollars, like \"12.50\".")
        }
        return .zero
    }

    private func scope(_ report: Report) -> BudgetScope {
        let text = { (text: String) in text.utf8.count <= 256 ? text : nil }
        let divisions = BudgetScope.Division.allCases.map(\.rawValue).joined(separator: ", ")
        return BudgetScope(
            account: read(.account, "a path like acme/search", report) { AccountPath.isValid($0) ? $0 : nil }
                ?? "",
            key: read(.key, "the id of a key", report, as: text),
            user: read(.user, "the name of an end user", report, as: text),
            model: read(.model, "a model's name, or the start of names and a *", report) { model in
                model.dropLast().contains("*") ? nil : text(model)
            },
            tag: read(.tag, "one tag as name=value", report) { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
                return BudgetScope.Tag(name: String(parts[0]), value: String(parts[1]))
            },
            each: read(.each, "one of \(divisions)", report) { BudgetScope.Division(rawValue: $0) })
    }

    private func thresholds(_ report: Report) -> [Int] {
        let wanted = "a list of percentages, like [50, 80, 100]"
        guard let texts = fields[BudgetEntries.Field.thresholds.rawValue] else {
            return Budget(name: name, limit: .zero).thresholds
        }
        let numbers = texts.filter { !$0.isEmpty }.map { Int($0) }
        if numbers.contains(nil) {
            report(
                .thresholds, "'\(texts.joined(separator: ", ").prefix(200))' can't be used; give \(wanted).")
        }
        return numbers.compactMap(\.self).sorted()
    }

    private func read<Value>(
        _ field: BudgetEntries.Field, _ wanted: String, _ report: Report, as convert: (String) -> Value?
    ) -> Value? {
        guard let texts = fields[field.rawValue] else { return nil }
        guard texts.count == 1, let text = texts.first, !text.isEmpty else {
            report(field, "\(texts.count > 1 ? "a list can't stand here" : "it is empty"); give \(wanted).")
            return nil
        }
        guard let value = convert(text) else {
            report(field, "'\(text.prefix(200))' can't be used; give \(wanted).")
            return nil
        }
        return value
    }
}
