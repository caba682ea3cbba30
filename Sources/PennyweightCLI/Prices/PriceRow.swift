internal import PennyweightJSON
internal import PennyweightLedger

/// One rate of one table of a price, as the commands print it.
struct PriceRow: Hashable {
    /// Nil for the base.
    let region: String?
    /// `batch`, `context>200000`, `off-peak`; nil for the base.
    let table: String?
    let key: Rates.Key
    let amount: Money

    /// Every rate of a price: the base first, then its tables, then the regions.
    static func rows(of price: Price) -> [PriceRow] {
        let regions = price.regions.sorted { $0.key < $1.key }.map { (Optional($0.key), $0.value) }
        return ([(nil, price.tariff)] + regions).flatMap { region, tariff in
            tariff.tables.flatMap { name, rates in
                rates.sorted.map { PriceRow(region: region, table: name, key: $0.key, amount: $0.amount) }
            }
        }
    }

    /// The table's name for a person: `eu batch`, or `-` for the base.
    var place: String {
        let names = [region, table].compactMap(\.self)
        return names.isEmpty ? "-" : names.joined(separator: " ")
    }

    /// `$0.15 / 1M` or `$0.04`
    var shown: String { PriceRow.shown(amount, of: key.unit) }

    static func shown(_ amount: Money, of unit: Unit) -> String {
        "$\(unit.quoted(amount))" + (unit.isToken ? " / 1M" : "")
    }

    /// `region`, `table`, `rate` and `per`; the amount is added by who prints it.
    var members: [JSONValue.Member] {
        [
            .init("region", region.map { .text($0) } ?? .null),
            .init("table", table.map { .text($0) } ?? .null), .init("rate", .text(key.name)),
            .init("per", .integer(key.unit.quoteSize)),
        ]
    }
}
