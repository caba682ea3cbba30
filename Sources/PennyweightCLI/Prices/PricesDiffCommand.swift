#if Gateway
internal import ArgumentParser
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightTime

/// `pennyweight prices diff`: what a file would change.
struct PricesDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows what changes, rate by rate, if a file's prices are laid over the present ones.",
        discussion: """
            An overlay, CSV or LiteLLM's table is laid over the book; a whole book of ours takes its place, so that
            models may be gone. Prices are compared at one time.

            Examples:
              pennyweight prices diff negotiated.json
              pennyweight prices diff model_prices_and_context_window.json --input litellm --provider openai
              pennyweight prices diff november.csv --input csv --format json

            Exit codes: 0 done, changes or not, 64 wrong flags, 78 a file is wrong.
            """)

    @Argument(help: "The file with the other prices.")
    var file: String

    @OptionGroup var source: PriceBookOptions

    @Option(help: "What the file is written in: json, csv or litellm.")
    var input = PriceFileFormat.json

    @Option(help: "Only models of this provider; may be given several times.")
    var provider: [String] = []

    @Option(help: ArgumentHelp("The prices of this UTC day. (default: today)", valueName: "YYYY-MM-DD"))
    var at: CalendarDay?

    @Option(help: "How to print: table or json.")
    var format = PriceFormat.table

    func run() async throws {
        try await Exit.withCodes {
            let difference = try difference(from: try await source.book(), now: SystemTime().now())
            switch format {
            case .table: for line in difference.lines { print(line) }
            case .json: print(difference.json, terminator: "")
            }
        }
    }

    /// What the file changes. Throws ``ConfigurationError`` if it can't be used.
    func difference(from book: PriceBook, now: Timestamp) throws -> PriceDifference {
        let time = at?.start ?? now
        let bytes = try EffectivePrices.bytes(of: file)
        if input == .json, provider.isEmpty, let whole = try? PriceBook(json: bytes) {
            return PriceDifference(from: book, to: whole, at: time)
        }
        let imported = try input.read(file, from: time.day, providers: Set(provider))
        do {
            let text = PriceOverlay.text(
                name: "diff", discounts: imported.discounts, models: imported.models)
            let overlaid = try book.overlaid(by: PriceOverlay(json: Array(text.utf8)))
            return PriceDifference(from: book, to: overlaid, at: time)
        } catch {
            throw ConfigurationError(["File \(file): \(error)"])
        }
    }
}
#endif
