internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A reconciliation as a table for a person, as CSV and as JSON.
struct ReconcileText {
    let result: Reconciliation

    /// The columns of CSV and the members of JSON, in their order: new ones come last.
    static let names = [
        "type", "service", "from", "until", "project", "model", "figure", "here", "there", "difference",
        "explanation",
    ]

    func lines(on terminal: Terminal) -> [String] {
        var lines: [String] = []
        if !result.differences.isEmpty {
            let table = TextTable(
                columns: [
                    ("type", .left), ("from", .left), ("project", .left), ("model", .left), ("figure", .left),
                    ("here", .right), ("there", .right), ("difference", .right), ("could be", .left),
                ],
                rows: result.differences.map { difference in
                    [
                        difference.kind.rawValue, shortTime(difference.bucket),
                        difference.project ?? "(all)", difference.model ?? "(all)",
                        difference.figure.rawValue, difference.figure.shown(difference.here),
                        difference.figure.shown(difference.there), signed(difference),
                        difference.explanation ?? "",
                    ]
                })
            lines += table.lines
            lines[0] = terminal.styled(lines[0], .bold)
            lines.append("")
        }
        let totals = TextTable(
            columns: [
                ("total", .left), ("figure", .left), ("here", .right), ("there", .right),
                ("difference", .right),
            ],
            rows: result.totals.map { total in
                [
                    total.service.rawValue, total.figure.rawValue, total.figure.shown(total.here),
                    total.figure.shown(total.there), total.figure.shown(total.difference),
                ]
            })
        return lines + totals.lines + notes
    }

    private var notes: [String] {
        let count = result.differences.count
        var notes = [
            result.agrees ? "They agree." : "\(count) difference\(count == 1 ? "" : "s")."
        ]
        if result.tolerated > 0 { notes.append("\(result.tolerated) more are within the tolerance.") }
        let noise = Int128(1_000_000_000_000_000_000)
        let small = result.differences.filter { $0.figure == .cost && $0.difference.magnitude < noise }
        if !small.isEmpty {
            notes.append("\(small.count) are below $0.000001: --tolerance 0.000001 hides them.")
        }
        return notes
    }

    var csv: String {
        let rows = result.differences.map { difference in
            fields(difference).map { field in
                field.isNumber ? field.text : ReportCSV.quoted(field.text)
            }.joined(separator: ",")
        }
        return ([ReconcileText.names.joined(separator: ",")] + rows).map { $0 + "\r\n" }.joined()
    }

    /// `agrees`, `differences`, `totals`, `tolerated`. Figures are exact decimal text.
    var json: String {
        let differences = result.differences.map { difference in
            JSONValue.object(
                zip(ReconcileText.names, fields(difference)).map { name, field in
                    .init(JSONText(name), field.text.isEmpty ? .null : .text(field.text))
                })
        }
        let totals = result.totals.map { total in
            JSONValue.object([
                .init("service", .text(total.service.rawValue)),
                .init("figure", .text(total.figure.rawValue)),
                .init("here", .text(total.figure.text(total.here))),
                .init("there", .text(total.figure.text(total.there))),
                .init("difference", .text(total.figure.text(total.difference))),
            ])
        }
        let value = JSONValue.object([
            .init("agrees", .bool(result.agrees)), .init("differences", .array(differences)),
            .init("totals", .array(totals)), .init("tolerated", .integer(result.tolerated)),
        ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    private func fields(_ difference: Reconciliation.Difference) -> [(text: String, isNumber: Bool)] {
        let figure = difference.figure
        return [
            (difference.kind.rawValue, false), (difference.service.rawValue, false),
            (difference.bucket.start.text, false), (difference.bucket.end.text, false),
            (difference.project ?? "", false), (difference.model ?? "", false), (figure.rawValue, false),
            (figure.text(difference.here), true), (figure.text(difference.there), true),
            (figure.text(difference.difference), true), (difference.explanation ?? "", false),
        ]
    }

    /// The day alone for a whole day.
    private func shortTime(_ bucket: Invoice.Bucket) -> String {
        let isDay = bucket.start.day.start == bucket.start && bucket.end - bucket.start == .seconds(86_400)
        return isDay ? "\(bucket.start.day)" : String(bucket.start.text.prefix(16))
    }

    private func signed(_ difference: Reconciliation.Difference) -> String {
        (difference.difference > 0 ? "+" : "") + difference.figure.shown(difference.difference)
    }
}
