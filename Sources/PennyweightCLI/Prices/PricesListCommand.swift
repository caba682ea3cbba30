#if Gateway
internal import ArgumentParser
internal import PennyweightTime

/// `pennyweight prices list`: every model that has a price.
struct PricesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists models and what they cost.",
        discussion: """
            Examples:
              pennyweight prices list
              pennyweight prices list --mode image --format json
              pennyweight prices list --provider anthropic --at 2026-01-01
            """)

    @OptionGroup var source: PriceBookOptions

    @Option(help: "Only models of this provider.")
    var provider: String?

    @Option(help: "Only models that do this: chat, embedding, image, video, audio, moderation, realtime.")
    var mode: String?

    @Option(help: ArgumentHelp("Only models with this text in a name.", valueName: "text"))
    var filter: String?

    @Option(help: ArgumentHelp("The prices of this UTC day. (default: today)", valueName: "YYYY-MM-DD"))
    var at: CalendarDay?

    @Option(help: "How to print: table or json.")
    var format = PriceFormat.table

    func run() async throws {
        try await Exit.withCodes {
            let list = PriceList(
                try await source.book(), provider: provider, mode: mode, filter: filter,
                at: at?.start ?? SystemTime().now())
            switch format {
            case .table: for line in list.lines { print(line) }
            case .json: print(list.json, terminator: "")
            }
        }
    }
}
#endif
