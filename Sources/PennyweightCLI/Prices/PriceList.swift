internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The models of a book with what they cost at one time.
struct PriceList {
    let book: PriceBook
    let models: [(model: PricedModel, price: Price)]

    /// Models that have a price at that time, narrowed by provider, mode, and a text in a name.
    init(
        _ book: PriceBook, provider: String? = nil, mode: String? = nil, filter: String? = nil,
        at time: Timestamp
    ) {
        self.book = book
        let wanted = filter?.lowercased()
        models = book.models.compactMap { model in
            if let provider, model.provider != provider { return nil }
            if let mode, model.mode != mode { return nil }
            let names = [model.id] + model.aliases
            if let wanted, !names.contains(where: { $0.lowercased().contains(wanted) }) { return nil }
            return model.price(at: time).map { (model, $0) }
        }
    }

    /// Lines for a person: token prices are dollars per million.
    var lines: [String] {
        guard !models.isEmpty else { return ["No model matches."] }
        let table = TextTable(
            columns: [
                ("model", .left), ("provider", .left), ("mode", .left), ("input/1M", .right),
                ("cached/1M", .right), ("output/1M", .right), ("other", .left), ("tables", .left),
                ("since", .left),
            ],
            rows: models.map { model, price in
                [model.id, model.provider, model.mode]
                    + [Unit.inputToken, .cachedInputToken, .outputToken].map { token($0, price) }
                    + [others(price), tables(price), "\(price.effectiveFrom)"]
            })
        return table.lines + ["\(models.count) models, prices of version \(book.version)."]
    }

    private func token(_ unit: Unit, _ price: Price) -> String {
        price.rates.amounts[.init(unit)].map { "$\(unit.quoted($0))" } ?? "-"
    }

    private func others(_ price: Price) -> String {
        let rates = price.rates.sorted.filter { !$0.key.unit.isToken }
        guard let first = rates.first else { return "-" }
        let rest = rates.count > 1 ? " +\(rates.count - 1)" : ""
        return "\(first.key.name) \(PriceRow.shown(first.amount, of: first.key.unit))\(rest)"
    }

    private func tables(_ price: Price) -> String {
        let names = price.tariff.tables.compactMap(\.name) + price.regions.keys.sorted().map { "@\($0)" }
        return names.isEmpty ? "-" : names.joined(separator: " ")
    }

    /// One JSON object: `version`, and `models` as a price file has them, with the price in effect alone.
    var json: String {
        let list = models.map { model, price in
            PricedModel(
                id: model.id, provider: model.provider, aliases: model.aliases, mode: model.mode,
                inputLimit: model.inputLimit, outputLimit: model.outputLimit, prices: [price]
            ).json
        }
        let version = String(decoding: JSONValue.text(book.version).bytes, as: UTF8.self)
        return "{\"version\":\(version),\"models\":[\n\(list.joined(separator: ",\n"))\n]}\n"
    }
}
