#if Gateway
internal import ArgumentParser
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// `pennyweight prices show`: all that one model costs.
struct PricesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows every rate of a model.",
        discussion: """
            Without --region and --tier it shows all of them. A region or a tier that a price doesn't list has no
            price; it doesn't cost what the base costs.

            Examples:
              pennyweight prices show gpt-4o-mini
              pennyweight prices show gpt-5 --tier flex --at 2026-01-01
              pennyweight prices show claude-sonnet-4-5 --provider anthropic --format json

            Exit codes: 0 shown, 64 there is no such model, day, region or tier, 78 a file with prices is wrong.
            """)

    @Argument(help: "The model's id, or an alias.")
    var model: String

    @OptionGroup var source: PriceBookOptions

    @Option(help: "The provider, if several have the model.")
    var provider: String?

    @Option(help: ArgumentHelp("The price of this UTC day. (default: today)", valueName: "YYYY-MM-DD"))
    var at: CalendarDay?

    @Option(help: "Only the rates of this region: us, eu, eu-west-1.")
    var region: String?

    @Option(help: "Only the rates of this service tier: default, batch, flex, priority.")
    var tier: String?

    @Option(help: "How to print: table or json.")
    var format = PriceFormat.table

    func run() async throws {
        try await Exit.withCodes {
            let book = try await source.book()
            let sheets = try sheets(in: book, at: at?.start ?? SystemTime().now())
            switch format {
            case .table:
                for (index, sheet) in sheets.enumerated() {
                    if index > 0 { print("") }
                    for line in sheet.sheet.lines(sheet.rows) { print(line) }
                }
            case .json:
                let value = JSONValue.array(sheets.map { $0.sheet.json($0.rows) })
                print(String(decoding: value.bytes, as: UTF8.self))
            }
        }
    }

    /// The price of each provider that has the model. Throws a `ValidationError` with what there is instead.
    func sheets(in book: PriceBook, at time: Timestamp) throws -> [(sheet: PriceSheet, rows: [PriceRow])] {
        let models = book.models(named: model, provider: provider)
        guard !models.isEmpty else { throw ValidationError(missing(in: book)) }
        return try models.map { found in
            guard let price = found.price(at: time) else {
                let first = found.prices.first.map { "\($0.effectiveFrom)" } ?? "no day"
                throw ValidationError("'\(model)' has no price at that time; its first begins on \(first).")
            }
            let sheet = PriceSheet(model: found, price: price, region: region, serviceTier: tier)
            guard let rows = sheet.rows else { throw ValidationError(notListed(price)) }
            return (sheet, rows)
        }
    }

    private func missing(in book: PriceBook) -> String {
        let near = book.models.filter { $0.id.contains(model) || model.contains($0.id) }
        let owner = provider.map { " of '\($0)'" } ?? ""
        let start = "The book has no model '\(model)'\(owner); a name counts as it is written."
        guard !near.isEmpty else { return "\(start) See 'pennyweight prices list'." }
        let names = near.prefix(6).map { "\($0.id) (\($0.provider))" }
        return "\(start) There are \(names.joined(separator: ", "))."
    }

    private func notListed(_ price: Price) -> String {
        if let region, price.inRegion(region) == nil {
            return "'\(model)' has no price in '\(region)'; it has one in "
                + "\(price.regions.keys.sorted().joined(separator: ", "))."
        }
        let tiers = (price.inRegion(region) ?? price).serviceTiers.keys.sorted()
        let listed = tiers.isEmpty ? "none but the default" : tiers.joined(separator: ", ")
        return "'\(model)' has no price in the service tier '\(tier ?? "")'; it has \(listed)."
    }
}
#endif
