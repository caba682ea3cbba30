internal import PennyweightLedger
internal import PennyweightTime

/// Adds lines up into a report. Pure.
struct ReportTally {
    /// One row, or the total.
    private struct Sum {
        var totals = Report.Totals()
        var attempted: Set<SortableID> = []
        var unknown: Set<SortableID> = []

        mutating func add(_ hold: Hold, _ settlement: Settlement) {
            attempted.insert(hold.callID)
            switch settlement.cost {
            case .exact(let amount): totals.charged += MoneyTotal(amount)
            case .estimated(let lower, let upper, _):
                totals.estimatedLower += MoneyTotal(lower)
                totals.estimatedUpper += MoneyTotal(upper)
            case .unknown: unknown.insert(hold.callID)
            }
            let tokens = settlement.usage?.tokens
            totals.input = Sum.saturated(totals.input, tokens?.input)
            totals.cachedInput = Sum.saturated(totals.cachedInput, tokens?.cachedInput)
            totals.output = Sum.saturated(totals.output, tokens?.output)
            totals.reasoning = Sum.saturated(totals.reasoning, tokens?.reasoning)
        }

        /// Counts come from outside, and can be anything.
        private static func saturated(_ total: Int64, _ count: Int64?) -> Int64 {
            Int64(clamping: Int128(total) + Int128(count ?? 0))
        }

        mutating func add(_ saving: Saving) {
            totals.hits += 1
            if let amount = saving.avoided.exactAmount { totals.avoided += MoneyTotal(amount) }
        }

        var finished: Report.Totals {
            var totals = totals
            totals.calls = Int64(attempted.count) + totals.hits
            totals.unknownCalls = Int64(unknown.count)
            return totals
        }
    }

    private let query: ReportQuery
    private var rows: [String: Sum] = [:]
    private var total = Sum()

    init(_ query: ReportQuery) {
        self.query = query
    }

    mutating func add(_ hold: Hold, _ settlement: Settlement) {
        guard isWanted(hold.openedAt) else { return }
        total.add(hold, settlement)
        for group in groups(hold.subject, settlement.executedModel, hold.openedAt) {
            rows[group, default: Sum()].add(hold, settlement)
        }
    }

    mutating func add(_ saving: Saving) {
        guard isWanted(saving.at) else { return }
        total.add(saving)
        for group in groups(saving.subject, saving.executedModel, saving.at) {
            rows[group, default: Sum()].add(saving)
        }
    }

    func report(openHolds: Int64) -> Report {
        let rows = rows.map { Report.Row(group: $0.key, totals: $0.value.finished) }.sorted { left, right in
            if query.grouping == .day || left.totals.charged == right.totals.charged {
                return left.group < right.group
            }
            return left.totals.charged > right.totals.charged
        }
        return Report(grouping: query.grouping, rows: rows, total: total.finished, openHolds: openHolds)
    }

    private func isWanted(_ time: Timestamp) -> Bool {
        query.since.map { time >= $0 } ?? true
    }

    private func groups(_ subject: Subject, _ executedModel: String?, _ time: Timestamp) -> [String] {
        switch query.grouping {
        case .model: [executedModel ?? subject.model]
        case .day: [time.day.description]
        case .key: [subject.key ?? "(none)"]
        case .tag: subject.tags.isEmpty ? ["(none)"] : subject.tags.map { "\($0.key)=\($0.value)" }
        }
    }
}
