import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Reports of SQLiteLedger agree with a naive sum over its lines")
struct LedgerReportTests {
    @Test("random lines, every grouping", arguments: ReportQuery.Grouping.allCases)
    func model(_ grouping: ReportQuery.Grouping) async throws {
        let directory = try TemporaryDirectory()
        let ledger = try SQLiteLedger.open(at: directory.file(), time: ManualTime())
        let random = SeededRandom(seed: 2_026)
        let make = LineMaker(seed: 3)
        try await fill(ledger, make, random)
        let since = make.start + .seconds(40_000)
        for start in [nil, since] {
            let report = try await ledger.report(ReportQuery(by: grouping, since: start))
            let query = ReportQuery(by: grouping, since: start)
            let lines = try ledger.lines(limit: 10_000).filter { query.covers($0) }
            #expect(report.total == totals(lines), "seed \(random.seed)")
            var groups: [String: [LedgerLine]] = [:]
            for line in lines {
                for group in grouping.groups(of: line) { groups[group, default: []].append(line) }
            }
            #expect(report.rows.count == groups.count)
            for row in report.rows {
                let name = row.group[0]
                #expect(row.totals == totals(groups[name] ?? []), "\(name), seed \(random.seed)")
            }
        }
    }

    private func fill(_ ledger: SQLiteLedger, _ make: LineMaker, _ random: SeededRandom) async throws {
        var call = make.id()
        for number in 0..<150 {
            if random.next(below: 3) > 0 { call = make.id() }
            let model = "m\(random.next(below: 4))"
            let tags = random.next(below: 2) == 0 ? [:] : ["t": "\(random.next(below: 3))", "u": "v"]
            let amount = Money(picos: Int64(bitPattern: random.next()))
            let costs: [Cost] = [
                .exact(amount), .estimated(lower: .zero, upper: amount, reason: "cut"),
                .unknown(reason: "no price"),
            ]
            let cost = costs[Int(random.next(below: 3))]
            if random.next(below: 4) == 0 {
                ledger.enqueue(make.saving(avoided: cost, model: model, tags: tags)) { _ in }
                continue
            }
            let hold = make.hold(
                call: call, attempt: number, model: model, key: random.next(below: 2) == 0 ? nil : "k",
                tags: tags,
                after: .seconds(Int64(random.next(below: 200_000))))
            try await ledger.reserve(hold)
            let usage = random.next(below: 3) == 0 ? nil : LineMaker.usage
            try await ledger.settle(
                make.settlement(hold, cost, usage: usage, ran: number % 2 == 0 ? "ran" : nil))
        }
    }

    private func totals(_ lines: [LedgerLine]) -> Totals {
        lines.reduce(into: Totals()) { $0 += Totals($1) }
    }
}
