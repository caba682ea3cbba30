#if Gateway
internal import ArgumentParser

/// `pennyweight ledger`: what can be done with the ledger's file.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Verifies, exports, backs up, prices again and reconciles the ledger.",
        discussion: """
            All of these work while a gateway writes to the ledger.

            Examples:
              pennyweight ledger verify
              pennyweight ledger export --format csv --out lines.csv
              pennyweight ledger backup /backups/ledger-2026-11-22.sqlite
              pennyweight ledger reconcile cost_2026-11-01_2026-11-30.csv
              pennyweight ledger reprice --since 2026-11-01 --prices prices.json
            """,
        subcommands: [
            LedgerVerifyCommand.self, LedgerExportCommand.self, LedgerBackupCommand.self,
            LedgerReconcileCommand.self, LedgerRepriceCommand.self,
        ])
}

/// The directory whose ledger a command is about.
struct LedgerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The directory with ledger.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"
}

/// How a command prints what it found.
enum LedgerFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}
#endif
