internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightTime

/// Reads prices from comma-separated values: a header line, then one rate a line.
///
/// | Column | |
/// |---|---|
/// | `provider`, `model` | as the gateway knows them |
/// | `unit` | a unit of the price book: `input_token`, `output_token`, `image`, `video_second`, … |
/// | `usd` | the price in US dollars, decimal |
/// | `per` | for how many units: 1, 1000 or 1000000; if empty a million tokens, or one of all else |
/// | `variant` | `high/1024x1024`, `720p`; may be empty |
/// | `region`, `service_tier`, `above_input_tokens` | which table the rate is in; empty for the base |
/// | `effective_from` | a day; if empty the one of the command |
/// | `mode` | `chat`, `image`, `video`, `audio`, …; if empty it follows from the unit |
///
/// The first four are needed, in any order of columns.
struct CSVPrices {
    /// The day of lines that name none.
    let day: CalendarDay
    let providers: Set<String>

    static let columns = [
        "provider", "model", "unit", "usd", "per", "variant", "region", "service_tier", "above_input_tokens",
        "effective_from", "mode",
    ]

    private struct Key: Hashable {
        let provider: String
        let model: String
        let day: CalendarDay
    }

    private struct Row {
        let line: Int
        let values: [String: String]

        subscript(column: String) -> String? {
            values[column].flatMap { $0.isEmpty ? nil : $0 }
        }

        func fail(_ column: String, _ problem: String) -> PriceBookError {
            PriceBookError(line: line, model: self["model"], field: column, problem: problem)
        }

        func required(_ column: String) throws(PriceBookError) -> String {
            guard let value = self[column] else { throw fail(column, "it is empty; give one") }
            return value
        }
    }

    /// Reads a file. Throws a ``PriceBookError`` with the line, the model and the column, and what to do.
    func read(_ bytes: [UInt8]) throws(PriceBookError) -> ImportedPrices {
        var imported = ImportedPrices()
        var tables: [Key: PriceTables] = [:]
        var modes: [String: String] = [:]
        for row in try rows(String(decoding: bytes, as: UTF8.self)) {
            let (provider, model) = (try row.required("provider"), try row.required("model"))
            guard providers.isEmpty || providers.contains(provider) else { continue }
            let name = "\(provider)/\(model)"
            let from = try day(of: row)
            guard let unit = Unit(rawValue: try row.required("unit")) else {
                throw row.fail("unit", "it is no unit; give one of \(CSVPrices.units)")
            }
            guard let amount = try amount(of: row, unit) else {
                imported.inexact.append(
                    .init(
                        model: name, field: row["unit"],
                        reason: "'\(row["usd"] ?? "")' is no whole number of pico-dollars a unit (line "
                            + "\(row.line))"))
                continue
            }
            let place = PriceTables.Place(
                region: row["region"], aboveInputTokens: try above(of: row), serviceTier: row["service_tier"])
            let key = Key(provider: provider, model: model, day: from)
            let isNew = tables[key, default: PriceTables()].add(
                amount, for: .init(unit, variant: row["variant"]), at: place)
            guard isNew else { throw row.fail("usd", "a line above gives another price; keep the right one") }
            modes[name] = row["mode"] ?? modes[name] ?? CSVPrices.mode(of: unit)
        }
        imported.models = try models(tables, modes)
        return imported
    }

    private func models(
        _ tables: [Key: PriceTables], _ modes: [String: String]
    ) throws(PriceBookError) -> [PricedModel] {
        var prices: [String: (key: Key, prices: [Price])] = [:]
        for (key, table) in tables {
            let name = "\(key.provider)/\(key.model)"
            guard let price = table.price(from: key.day, source: "csv", retrieved: day) else {
                throw PriceBookError(
                    line: 1, model: key.model,
                    problem:
                        "it has prices of tiers or regions from \(key.day) on, and none without; add those")
            }
            prices[name, default: (key, [])].prices.append(price)
        }
        return prices.sorted { $0.key < $1.key }.map { name, found in
            PricedModel(
                id: found.key.model, provider: found.key.provider, mode: modes[name] ?? "chat",
                prices: found.prices)
        }
    }

    private func rows(_ text: String) throws(PriceBookError) -> [Row] {
        let clean = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard let records = CSVRecords(clean)?.records, let header = records.first else {
            throw PriceBookError(line: 1, problem: "it is no CSV with a header line (RFC 4180)")
        }
        for column in header.fields where !CSVPrices.columns.contains(column) {
            throw PriceBookError(
                line: 1, field: column,
                problem: "there is no such column; there are \(CSVPrices.columns.joined(separator: ", "))")
        }
        for column in CSVPrices.columns.prefix(4) where !header.fields.contains(column) {
            throw PriceBookError(line: 1, field: column, problem: "the column is missing; add it")
        }
        guard Set(header.fields).count == header.fields.count else {
            throw PriceBookError(line: 1, problem: "a column is there twice; keep one")
        }
        var rows: [Row] = []
        for record in records.dropFirst() {
            guard record.fields.count == header.fields.count else {
                throw PriceBookError(
                    line: record.line,
                    problem: "it has \(record.fields.count) fields, and the header \(header.fields.count)")
            }
            rows.append(
                Row(
                    line: record.line,
                    values: Dictionary(uniqueKeysWithValues: zip(header.fields, record.fields))))
        }
        return rows
    }

    private func day(of row: Row) throws(PriceBookError) -> CalendarDay {
        guard let text = row["effective_from"] else { return day }
        guard let day = CalendarDay(text) else {
            throw row.fail("effective_from", "'\(text)' is no day like 2026-11-22")
        }
        return day
    }

    private func above(of row: Row) throws(PriceBookError) -> Int64? {
        guard let text = row["above_input_tokens"] else { return nil }
        guard let tokens = Int64(text), tokens >= 0 else {
            throw row.fail("above_input_tokens", "'\(text)' is no number of tokens")
        }
        return tokens
    }

    /// The price of one unit; nil if it is no whole number of pico-dollars.
    private func amount(of row: Row, _ unit: Unit) throws(PriceBookError) -> Money? {
        let text = try row.required("usd")
        guard let usd = ExactDecimal(text), !usd.isNegative else {
            throw row.fail("usd", "'\(text)' is no price; write US dollars like 0.15")
        }
        let decimals = ["1": 12, "1000": 9, "1000000": 6]
        guard let places = decimals[row["per"] ?? String(unit.quoteSize)] else {
            throw row.fail("per", "give 1, 1000 or 1000000")
        }
        return usd.scaled(decimals: places).map { Money(picos: $0) }
    }

    private static let units = Unit.allCases.map(\.rawValue).joined(separator: ", ")

    private static func mode(of unit: Unit) -> String {
        switch unit {
        case .image: "image"
        case .videoSecond: "video"
        case .audioSecond, .character: "audio"
        default: "chat"
        }
    }
}
