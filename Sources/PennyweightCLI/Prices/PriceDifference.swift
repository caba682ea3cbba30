internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// What changes between two books, rate by rate, at one time.
struct PriceDifference {
    struct Change: Hashable {
        let provider: String
        let model: String
        /// The rate, with the amount of either book.
        let row: PriceRow
        /// Nil for a rate that is new.
        let before: Money?
        /// Nil for a rate that is gone.
        let after: Money?
    }

    /// By model, provider and table.
    let changes: [Change]

    init(from old: PriceBook, to new: PriceBook, at time: Timestamp) {
        struct Identity: Hashable {
            let provider: String
            let id: String
        }
        var before: [Identity: PricedModel] = [:]
        for model in old.models { before[Identity(provider: model.provider, id: model.id)] = model }
        var pairs: [(old: PricedModel?, new: PricedModel?)] = []
        for model in new.models {
            pairs.append(
                (before.removeValue(forKey: Identity(provider: model.provider, id: model.id)), model))
        }
        pairs += before.values.map { ($0, nil) }
        let sorted = pairs.compactMap { pair in (pair.new ?? pair.old).map { ($0, pair) } }
            .sorted { ($0.0.id, $0.0.provider) < ($1.0.id, $1.0.provider) }
        changes = sorted.flatMap { model, pair in
            PriceDifference.changes(of: model, pair.old?.price(at: time), pair.new?.price(at: time))
        }
    }

    private static func changes(of model: PricedModel, _ old: Price?, _ new: Price?) -> [Change] {
        let (oldRows, newRows) = (old.map(PriceRow.rows) ?? [], new.map(PriceRow.rows) ?? [])
        let isSame = { (left: PriceRow, right: PriceRow) in
            left.region == right.region && left.table == right.table && left.key == right.key
        }
        var changes: [Change] = []
        for row in oldRows {
            let after = newRows.first { isSame($0, row) }?.amount
            guard after != row.amount else { continue }
            changes.append(
                Change(provider: model.provider, model: model.id, row: row, before: row.amount, after: after))
        }
        for row in newRows where !oldRows.contains(where: { isSame($0, row) }) {
            changes.append(
                Change(provider: model.provider, model: model.id, row: row, before: nil, after: row.amount))
        }
        return changes
    }

    /// Lines for a person.
    var lines: [String] {
        guard !changes.isEmpty else { return ["No price changes."] }
        let table = TextTable(
            columns: [
                ("provider", .left), ("model", .left), ("table", .left), ("rate", .left), ("before", .right),
                ("after", .right),
            ],
            rows: changes.map { change in
                let shown = { (amount: Money?) in
                    amount.map { PriceRow.shown($0, of: change.row.key.unit) } ?? "-"
                }
                return [
                    change.provider, change.model, change.row.place, change.row.key.name,
                    shown(change.before), shown(change.after),
                ]
            })
        let models = Set(changes.map { [$0.provider, $0.model] }).count
        return table.lines + ["\(changes.count) rates of \(models) models change."]
    }

    /// One JSON object with a list of changes; amounts are decimal text in US dollars for `per` units.
    var json: String {
        let list = changes.map { change in
            let amount = { (amount: Money?) in
                amount.map { JSONValue.text(change.row.key.unit.quoted($0)) } ?? .null
            }
            return JSONValue.object(
                [.init("provider", .text(change.provider)), .init("model", .text(change.model))]
                    + change.row.members
                    + [.init("before_usd", amount(change.before)), .init("after_usd", amount(change.after))])
        }
        let value = JSONValue.object([.init("changes", .array(list))])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }
}

extension PricedModel {
    /// The price in effect at a time, with all its regions and hours.
    func price(at time: Timestamp) -> Price? {
        let day = time.day
        return prices.last { $0.effectiveFrom <= day }
    }
}
