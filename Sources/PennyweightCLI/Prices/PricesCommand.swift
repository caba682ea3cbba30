#if Gateway
internal import ArgumentParser

/// `pennyweight prices`: looks at prices, compares them, and makes files of them.
struct PricesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "Shows, compares and imports prices.",
        discussion: """
            Figures are exact: read as decimal text, whole pico-dollars a unit, never rounded. What models cost
            that are not in the shipped book, and what was negotiated, stands in an overlay file, which
            prices.file in the configuration names.

            Examples:
              pennyweight prices list --provider openai --filter mini
              pennyweight prices show gpt-4o-mini --tier batch
              pennyweight prices diff negotiated.json
              pennyweight prices import model_prices_and_context_window.json --format litellm --provider openai
            """,
        subcommands: [
            PricesListCommand.self, PricesShowCommand.self, PricesDiffCommand.self, PricesImportCommand.self,
        ])
}
#endif
