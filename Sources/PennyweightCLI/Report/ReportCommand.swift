#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightLedger
internal import PennyweightSQLite
private import PennyweightTime

/// `pennyweight report`: adds the ledger up.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Adds the ledger up: calls, tokens, charged, avoided, estimated, unknown, and times.",
        discussion: """
            Money is exact. What is only estimated, or not known at all, has columns of its own and is never part
            of what was charged. Times are percentiles (50, 95, 99) in milliseconds, rounded up by at most a
            sixteenth: of whole attempts, and until the first generated token.

            A report reads hourly and daily sums, so that it takes as long for ten million lines as for ten.

            Examples:
              pennyweight report
              pennyweight report --by day,model --since 2026-11-01 --until 2026-12-01
              pennyweight report --by hour --since 2026-11-22T08 --account acme/search
              pennyweight report --by tag --format csv > november.csv
              pennyweight report --by day,model --format svg > november.svg

            Exit codes: 0 done, 64 wrong flags, 74 there is no ledger, or it can't be read.
            """)

    @Option(
        help: ArgumentHelp(
            "What one row stands for: one or two of \(ReportGroupings.names.joined(separator: ", ")).",
            valueName: "a[,b]"),
        transform: ReportCommand.groupings)
    var by = ReportGroupings.model

    @Option(
        help: ArgumentHelp("Only calls from this UTC day or hour on.", valueName: "YYYY-MM-DD[THH]"))
    var since: ReportPoint?

    @Option(
        help: ArgumentHelp("Only calls before this UTC day or hour.", valueName: "YYYY-MM-DD[THH]"))
    var until: ReportPoint?

    @Option(help: ArgumentHelp("Only this account and those below it.", valueName: "path"))
    var account = ""

    @Option(help: ArgumentHelp("The directory with ledger.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"

    @Option(help: "How to print: table, csv, json, or svg (a chart of what was charged).")
    var format = ReportFormat.table

    func validate() throws {
        if let since, let until, since.time >= until.time {
            throw ValidationError("'--until' has to be later than '--since'.")
        }
        if !account.isEmpty, !AccountPath.isValid(account) {
            throw ValidationError("'\(TextTable.shown(account))' is not an account, like 'acme/search'.")
        }
    }

    func run() async throws {
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: data)
            let report = try await ledger.report(query)
            switch format {
            case .table:
                let terminal = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment)
                for line in ReportTable(report: report, terminal: terminal).lines { print(line) }
            case .csv: print(ReportCSV.text(report), terminator: "")
            case .json: print(ReportJSON.text(report), terminator: "")
            case .svg: print(ReportChart(report, of: query).text, terminator: "")
            }
        }
    }

    private var query: ReportQuery {
        var query = ReportQuery(by: .model, since: since?.time, until: until?.time)
        query.groupings = by.list
        query.account = account
        return query
    }

    private static func groupings(_ text: String) throws -> ReportGroupings {
        do {
            return try ReportGroupings(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

/// How a report is printed.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case table, csv, json, svg
}

extension ReportPoint: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
#endif
