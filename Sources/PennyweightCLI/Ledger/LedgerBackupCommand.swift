#if Gateway
internal import ArgumentParser
internal import PennyweightSQLite

/// `pennyweight ledger backup`: copies the ledger while a gateway writes to it.
struct LedgerBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the ledger into one file, while it is in use.",
        discussion: """
            The copy is one moment of the ledger, mode 0600, and looked through for damage before it gets its name.
            To restore it: stop the gateway, put the file in place of ledger.sqlite, delete ledger.sqlite-wal and
            ledger.sqlite-shm beside it, start the gateway.

            Examples:
              pennyweight ledger backup /backups/ledger-2026-11-22.sqlite
              pennyweight ledger backup --force /backups/ledger.sqlite

            Exit codes: 0 done, 64 wrong flags, 74 there is no ledger, the file exists, or the copy can't be written.
            """)

    @Argument(help: ArgumentHelp("Where the copy goes.", valueName: "file"))
    var file: String

    @Flag(help: "Replace a file that is there.")
    var force = false

    @OptionGroup var options: LedgerOptions

    func run() async throws {
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: options.data)
            var bar = ProgressBar("pages")
            defer { bar.clear() }
            let made = try ledger.backUp(to: file, replacing: force) { done, all in
                bar.show(Int64(done), of: Int64(all))
            }
            await ledger.close()
            bar.clear()
            print("\(made.path): \(made.lastLine) lines, \(made.bytes) bytes")
            print("digest: \(made.digest)")
        }
    }
}
#endif
