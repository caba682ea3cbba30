#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightTime

/// `pennyweight prices import`: makes an overlay of a file with prices.
struct PricesImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes an overlay file of LiteLLM's table, of a CSV, or of a price book.",
        discussion: """
            What is not taken over is listed on standard error, each figure with its reason. A figure that is no
            whole number of pico-dollars a unit ends the import, unless --skip-inexact leaves it out.

            A CSV has a header and one rate a line: provider, model, unit, usd, and as needed per (1, 1000 or
            1000000; a million tokens or one of all else), variant, region, service_tier, above_input_tokens,
            effective_from, mode.

            Examples:
              pennyweight prices import model_prices_and_context_window.json --format litellm --provider openai
              pennyweight prices import negotiated.csv --format csv --name acme --out acme.json

            Exit codes: 0 done, 64 wrong flags, 65 a figure is not exact, 74 the file can't be written, 78 a file
            is wrong.
            """)

    @Argument(help: "The file to read.")
    var file: String

    @Option(help: "What it is written in: litellm, csv or json.")
    var format: PriceFileFormat

    @Option(help: ArgumentHelp("Where to write. (default: standard output)", valueName: "file"))
    var out: String?

    @Option(help: "The overlay's name, which versions of prices begin with.")
    var name = "imported"

    @Option(help: "Only models of this provider; may be given several times.")
    var provider: [String] = []

    @Option(
        help: ArgumentHelp(
            "The first UTC day of prices that have none of their own. (default: today)",
            valueName: "YYYY-MM-DD"))
    var effectiveFrom: CalendarDay?

    @Flag(help: "Leave out what is no whole number of pico-dollars a unit, and list it.")
    var skipInexact = false

    func run() async throws {
        try await Exit.withCodes {
            let result = try overlay(today: SystemTime().now().day)
            for line in result.report { PricesImportCommand.say(line) }
            guard let text = result.text else { throw ExitCode(65) }
            guard let out else { return print(text, terminator: "") }
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
            } catch {
                PricesImportCommand.say("Error: File \(out): it can't be written; check the directory.")
                throw Exit.file
            }
        }
    }

    /// The overlay's text, nil if a figure is not exact; and what is to say about it, line by line.
    ///
    /// Throws ``ConfigurationError`` if the file can't be used.
    func overlay(today: CalendarDay) throws -> (text: String?, report: [String]) {
        let imported = try format.read(file, from: effectiveFrom ?? today, providers: Set(provider))
        var report = imported.notes.map { "not taken: \($0)" }
        report += imported.inexact.map { "\(skipInexact ? "not taken" : "not exact"): \($0)" }
        guard skipInexact || imported.inexact.isEmpty else {
            let count = imported.inexact.count
            return (
                nil,
                report + [
                    "Error: \(count) figures are not exact, and nothing is rounded; mend them, or leave them "
                        + "out with --skip-inexact."
                ]
            )
        }
        let text = PriceOverlay.text(name: name, discounts: imported.discounts, models: imported.models)
        do {
            _ = try PriceOverlay(json: Array(text.utf8))
        } catch {
            throw ConfigurationError(["File \(file), as an overlay: \(error)"])
        }
        let left = imported.notes.count + imported.inexact.count
        return (text, report + ["\(imported.models.count) models taken, \(left) figures or models not."])
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data((TextTable.safe(line) + "\n").utf8))
    }
}
#endif
