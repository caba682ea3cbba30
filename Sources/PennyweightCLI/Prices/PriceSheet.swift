internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// Everything about the price of one model of one provider.
struct PriceSheet {
    let model: PricedModel
    let price: Price
    /// Narrows the rates: nil for all.
    var region: String?
    var serviceTier: String?

    /// The rates that hold for the region and the service tier; nil if the price lists no such.
    var rows: [PriceRow]? {
        guard let local = price.inRegion(region) else { return nil }
        guard let serviceTier else { return PriceRow.rows(of: local) }
        guard let base = local.tables(serviceTier: serviceTier, inputTokens: 0)?.tokens else { return nil }
        let isBase = base == local.rates && local.serviceTiers[serviceTier] == nil
        return PriceRow.rows(of: local).filter { row in
            guard row.region == nil else { return false }
            let words = row.table?.split(separator: " ").map(String.init) ?? []
            let tier = words.last { !$0.hasPrefix("context>") && $0 != "off-peak" }
            return isBase ? tier == nil : tier == serviceTier || tier == "priority" && serviceTier == "fast"
        }
    }

    /// Lines for a person.
    func lines(_ rows: [PriceRow]) -> [String] {
        var facts = [
            ("model", "\(model.id) of \(model.provider), \(model.mode)"),
            ("price", price.inRegion(region)?.version ?? price.version),
            ("since", "\(price.effectiveFrom), from \(price.source), retrieved \(price.retrieved)"),
        ]
        if !model.aliases.isEmpty { facts.append(("aliases", model.aliases.joined(separator: ", "))) }
        let limits = [("prompt", model.inputLimit), ("answer", model.outputLimit)]
            .compactMap { name, limit in limit.map { "\(name) \($0)" } }
        if !limits.isEmpty { facts.append(("limits", limits.joined(separator: ", ") + " tokens")) }
        if !price.included.isEmpty {
            let units = price.included.map(\.rawValue).sorted().joined(separator: ", ")
            facts.append(("included", "\(units), paid for by the tokens"))
        }
        let other = model.prices.filter { $0.effectiveFrom != price.effectiveFrom }.map {
            "\($0.effectiveFrom)"
        }
        if !other.isEmpty { facts.append(("others", "prices from \(other.joined(separator: ", "))")) }
        let table = TextTable(
            columns: [("table", .left), ("rate", .left), ("price", .right)],
            rows: rows.map { [$0.place, $0.key.name, $0.shown] })
        return facts.map { name, text in
            name + String(repeating: " ", count: 10 - name.count) + TextTable.safe(text)
        } + [""] + table.lines
    }

    /// One JSON object; amounts are decimal text in US dollars for `per` units.
    func json(_ rows: [PriceRow]) -> JSONValue {
        .object([
            .init("model", .text(model.id)), .init("provider", .text(model.provider)),
            .init("mode", .text(model.mode)),
            .init("version", .text(price.inRegion(region)?.version ?? price.version)),
            .init("effective_from", .text("\(price.effectiveFrom)")), .init("source", .text(price.source)),
            .init(
                "rates",
                .array(
                    rows.map { row in
                        .object(row.members + [.init("usd", .text(row.key.unit.quoted(row.amount)))])
                    })),
        ])
    }
}
