internal import PennyweightJSON
internal import PennyweightLedger

/// What pricing again came to, for a person and as JSON.
struct RepriceText {
    let repricing: Repricing
    /// How many corrections were booked; nil if none should be.
    let booked: Int?

    /// Lines without a price that a person is shown.
    static let shownGaps = 10

    private var models: [(name: String, sum: Repricing.Sum)] {
        repricing.sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var lines: [String] {
        let table = TextTable(
            columns: [
                ("model", .left), ("lines", .right), ("changed", .right), ("charged", .right),
                ("by this book", .right), ("difference", .right),
            ],
            rows: models.map { cells($0.name, $0.sum) } + [cells("total", repricing.total)])
        var lines = table.lines
        if repricing.total.wereUnknown > 0 {
            lines.append("\(repricing.total.wereUnknown) lines of unknown cost have a price by this book.")
        }
        if repricing.gapCount > 0 {
            lines.append("\(repricing.gapCount) lines can't be priced again:")
            lines += repricing.gaps.prefix(RepriceText.shownGaps).map {
                TextTable.shown("  line \($0.line), \($0.model): \($0.reason)", limit: 200)
            }
            let hidden = repricing.gapCount - min(repricing.gaps.count, RepriceText.shownGaps)
            if hidden > 0 { lines.append("  … and \(hidden) more") }
        }
        lines.append(
            booked.map { "\($0) corrections booked." } ?? "Nothing is booked: --book adds the corrections.")
        return lines
    }

    var json: String {
        let gaps = repricing.gaps.map { gap in
            JSONValue.object([
                .init("line", .integer(gap.line)), .init("model", .text(gap.model)),
                .init("reason", .text(gap.reason)),
            ])
        }
        let value = JSONValue.object([
            .init("models", .array(models.map { object($0.sum, model: $0.name) })),
            .init("total", object(repricing.total, model: nil)),
            .init("unpriced_count", .integer(repricing.gapCount)), .init("unpriced", .array(gaps)),
            .init("booked", booked.map { .integer($0) } ?? .null),
        ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    private func cells(_ name: String, _ sum: Repricing.Sum) -> [String] {
        let sign = sum.difference > .zero ? "+" : ""
        return [
            name, String(sum.lines), String(sum.changed), sum.before.description, sum.after.description,
            sign + sum.difference.description,
        ]
    }

    private func object(_ sum: Repricing.Sum, model: String?) -> JSONValue {
        .object(
            (model.map { [JSONValue.Member("model", .text($0))] } ?? []) + [
                .init("lines", .integer(sum.lines)), .init("changed", .integer(sum.changed)),
                .init("were_unknown", .integer(sum.wereUnknown)),
                .init("charged_usd", .text(sum.before.text)), .init("repriced_usd", .text(sum.after.text)),
                .init("difference_usd", .text(sum.difference.text)),
            ])
    }
}
