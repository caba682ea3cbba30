#if Gateway
public import ArgumentParser
private import Foundation
public import PennyweightLedger
internal import PennyweightOpenAI
internal import PennyweightSQLite

/// `pennyweight ledger reconcile`: compares the ledger with what the provider says.
struct LedgerReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares the ledger with OpenAI's usage and costs exports.",
        discussion: """
            Reads the JSON of the Usage and Costs APIs, and the CSV files of the dashboard's button "Export". Compares
            each bucket of time by model (if the export is grouped by it) and project. Every difference has a type:
              missing-here   the provider has requests, tokens or charges that the ledger doesn't have
              missing-there  the ledger has what the provider doesn't have
              count          as many requests, but other tokens
              price          the same usage, but another cost
            Amounts of the Costs API carry the noise of binary fractions below $0.000001: --tolerance hides it.

            Examples:
              pennyweight ledger reconcile completions_usage_2026-11-01_2026-11-30.csv cost_2026-11-01_2026-11-30.csv
              pennyweight ledger reconcile costs.json --tolerance 0.000001
              pennyweight ledger reconcile usage.json --project proj_x=acme/search --project proj_y=acme/chat
              pennyweight ledger reconcile usage.json --width day --format json

            Exit codes: 0 they agree, 1 they differ, 64 wrong flags, 74 a file can't be read, or there is no ledger.
            """)

    @Argument(help: ArgumentHelp("The exports.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "The account behind a project of OpenAI; all projects are compared together without any.",
            valueName: "proj_x=account"))
    var project: [String] = []

    @Option(help: ArgumentHelp("Differences of cost up to this amount don't count.", valueName: "usd"))
    var tolerance = "0"

    @Option(help: "What is compared at once: export (its own buckets), hour, day or all.")
    var width = Reconciler.Width.export

    @Option(help: ArgumentHelp("Only lines of this provider.", valueName: "name"))
    var provider = "openai"

    @Option(help: "How to print: table, csv or json.")
    var format = ReconcileFormat.table

    @OptionGroup var options: LedgerOptions

    func validate() throws { _ = try settings() }

    func run() async throws {
        var result: Reconciliation?
        let settings = try settings()
        try await Exit.withCodes {
            let invoice = try invoice()
            let ledger = try LedgerFile.reading(in: options.data)
            var reconciler = Reconciler(invoice, options: settings, prices: try PriceBook.shipped())
            try reconciler.add(allOf: ledger, within: invoice)
            await ledger.close()
            result = reconciler.reconciliation()
        }
        guard let result else { return }
        let text = ReconcileText(result: result)
        switch format {
        case .table:
            let terminal = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment)
            for line in text.lines(on: terminal) { print(line) }
        case .csv: print(text.csv, terminator: "")
        case .json: print(text.json, terminator: "")
        }
        if !result.agrees { throw ExitCode(1) }
    }

    private func settings() throws -> Reconciler.Options {
        var settings = Reconciler.Options()
        guard let limit = Money(usd: tolerance), limit >= .zero else {
            throw ValidationError("'--tolerance' takes an amount of USD as decimal text, like 0.000001.")
        }
        for mapping in project {
            let parts = mapping.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, AccountPath.isValid(parts[1]), settings.projects[parts[0]] == nil else {
                throw ValidationError("'--project' takes each project once, like proj_x=acme/search.")
            }
            settings.projects[parts[0]] = parts[1]
        }
        settings.tolerance = limit
        settings.width = width
        settings.provider = provider
        return settings
    }

    private func invoice() throws -> Invoice {
        var invoice = Invoice()
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Unreadable(text: "'\(file)' can't be read: check the path.")
            }
            do {
                try OpenAIExport(name: file, bytes: Array(data)).add(to: &invoice)
            } catch {
                throw Unreadable(text: "\(error)")
            }
        }
        return invoice
    }
}

/// How a reconciliation is printed.
enum ReconcileFormat: String, CaseIterable, ExpressibleByArgument {
    case table, csv, json
}

extension Reconciler.Width: ExpressibleByArgument {}
#endif
