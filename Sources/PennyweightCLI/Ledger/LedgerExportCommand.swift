#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightLedger
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight ledger export`: every line of the ledger, in its order.
struct LedgerExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes every line of the ledger as CSV or JSON lines, in their order.",
        discussion: """
            Lines come by number, up to the last one at the start. JSON lines have everything, with line items and the
            usage as the provider reported it; CSV has one column for each single value. Money is exact decimal text.

            An export that broke off goes on with --resume: after the last complete row of the file.

            Examples:
              pennyweight ledger export --format jsonl --out lines.jsonl
              pennyweight ledger export --format jsonl --out lines.jsonl --resume
              pennyweight ledger export --since 2026-11-01 --until 2026-12-01 --account acme > november.csv
              pennyweight ledger export --after 120000 --format csv

            Exit codes: 0 done, 64 wrong flags, 74 there is no ledger, or the file can't be written.
            """)

    @Option(help: "How to write: csv or jsonl.")
    var format = ExportFormat.csv

    @Option(help: ArgumentHelp("Only from this UTC day or hour on.", valueName: "YYYY-MM-DD[THH]"))
    var since: ReportPoint?

    @Option(help: ArgumentHelp("Only before this UTC day or hour.", valueName: "YYYY-MM-DD[THH]"))
    var until: ReportPoint?

    @Option(help: ArgumentHelp("Only this account and those below it.", valueName: "path"))
    var account = ""

    @Option(help: ArgumentHelp("Only lines after this number.", valueName: "number"))
    var after: Int64 = 0

    @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
    var out: String?

    @Flag(help: "Go on after the last complete row of the file.")
    var resume = false

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if resume, out == nil { throw ValidationError("'--resume' needs '--out'.") }
        if resume, after != 0 { throw ValidationError("Give '--resume' or '--after', not both.") }
        if let since, let until, since.time >= until.time {
            throw ValidationError("'--until' has to be later than '--since'.")
        }
        if !account.isEmpty, !AccountPath.isValid(account) {
            throw ValidationError("'\(TextTable.shown(account))' is not an account, like 'acme/search'.")
        }
    }

    func run() async throws {
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: options.data)
            var query = SQLiteLedger.LineQuery()
            query.since = since?.time
            query.until = until?.time
            query.account = account
            query.after = after
            let target = try ExportTarget(out, format: format, resumes: resume)
            if let last = target.lastNumber { query.after = last }
            var export = LedgerExport(query: query, format: format)
            try export.run(from: ledger, to: target)
            await ledger.close()
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}
#endif
