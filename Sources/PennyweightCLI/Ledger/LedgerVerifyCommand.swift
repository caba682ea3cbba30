#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightSQLite

/// `pennyweight ledger verify`: proves that the ledger is what was written to it.
struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Proves that the ledger is whole: chain, holds, items, totals, budgets.",
        discussion: """
            Prints the digest of the last commit. Keep it elsewhere: given to --expect later, it shows also a change
            by someone who recomputed all digests.

            Examples:
              pennyweight ledger verify
              pennyweight ledger verify --format json
              pennyweight ledger verify --expect 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

            Exit codes: 0 sound, 1 not sound, 64 wrong flags, 74 there is no ledger, or it can't be read.
            """)

    @OptionGroup var options: LedgerOptions

    @Option(help: ArgumentHelp("A digest that an earlier verification printed.", valueName: "digest"))
    var expect: String?

    @Option(help: "How to print: table or json.")
    var format = LedgerFormat.table

    func validate() throws {
        guard let expect else { return }
        guard expect.utf8.count == 64, expect.allSatisfy(\.isHexDigit) else {
            throw ValidationError("'--expect' takes the 64 hexadecimal digits that 'verify' prints.")
        }
    }

    func run() async throws {
        var found: LedgerVerdict?
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: options.data)
            var bar: ProgressBar?
            found = try ledger.verify(expecting: expect) { step in
                if bar?.title != step.check.rawValue {
                    bar?.clear()
                    bar = ProgressBar(step.check.rawValue)
                }
                bar?.show(step.done, of: step.all)
            }
            bar?.clear()
            await ledger.close()
        }
        guard let verdict = found else { return }
        switch format {
        case .table:
            let terminal = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment)
            for line in VerdictText.lines(verdict, on: terminal) { print(line) }
        case .json: print(VerdictText.json(verdict), terminator: "")
        }
        if !verdict.isSound { throw ExitCode(1) }
    }
}
#endif
