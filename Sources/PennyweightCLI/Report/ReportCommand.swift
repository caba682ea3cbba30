#if Gateway
public import ArgumentParser
private import Foundation
public import PennyweightLedger
internal import PennyweightSQLite
public import PennyweightTime

/// `pennyweight report`: adds the ledger up.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Adds the ledger up: calls, hits, tokens, charged and avoided.",
        discussion: """
            Money is exact. What is only estimated, or not known at all, has columns of its own and is never part
            of what was charged.

            Examples:
              pennyweight report
              pennyweight report --by day --since 2026-11-01
              pennyweight report --by tag --format csv > november.csv

            Exit codes: 0 done, 64 wrong flags, 74 there is no ledger, or it can't be read.
            """)

    @Option(help: "What one row stands for: model, day, key or tag.")
    var by = ReportQuery.Grouping.model

    @Option(help: ArgumentHelp("Only calls from this UTC day on.", valueName: "YYYY-MM-DD"))
    var since: CalendarDay?

    @Option(help: ArgumentHelp("The directory with ledger.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"

    @Option(help: "How to print: table, csv or json.")
    var format = ReportFormat.table

    func run() async throws {
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: data)
            let report = try await ledger.report(ReportQuery(by: by, since: since?.start))
            switch format {
            case .table:
                let terminal = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment)
                for line in ReportTable(report: report, terminal: terminal).lines { print(line) }
            case .csv: print(ReportCSV.text(report), terminator: "")
            case .json: print(ReportJSON.text(report), terminator: "")
            }
        }
    }
}

/// How a report is printed.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case table, csv, json
}

extension ReportQuery.Grouping: ExpressibleByArgument {}

extension CalendarDay: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
#endif
