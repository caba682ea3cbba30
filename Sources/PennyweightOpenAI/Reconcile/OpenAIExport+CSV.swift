internal import PennyweightLedger
internal import PennyweightTime

/// The files that the dashboard's button "Export" writes.
///
/// Both kinds begin with `start_time`, `end_time` in Unix seconds. Usage goes on with `project_id`,
/// `num_model_requests`, `model`, `input_tokens`, `output_tokens`, `input_cached_tokens`, …, its counts
/// written like `10.0`; costs with `amount_value`, `amount_currency`, `line_item`, `project_id`. A bucket in
/// which nothing happened is a row of its times alone.
extension OpenAIExport {
    func table() throws(OpenAIExportError) -> [ExportRow] {
        var table = CSVTable(bytes)
        let header = table.next()?.fields ?? []
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() where columns[name] == nil { columns[name] = index }
        guard columns["start_time"] != nil, columns["end_time"] != nil else {
            throw fail(
                "its first line has no \"start_time\" and \"end_time\": it is neither JSON of the API nor "
                    + "an export of the dashboard")
        }
        let service = service(columns)
        var rows: [ExportRow] = []
        while let row = table.next() {
            rows.append(try read(TableRow(row: row, columns: columns, export: self), service))
        }
        return rows
    }

    private func service(_ columns: [String: Int]) -> Invoice.Service? {
        if columns["amount_value"] != nil { return .costs }
        if columns["images"] != nil { return .images }
        if columns["characters"] != nil { return .audioSpeeches }
        if columns["seconds"] != nil { return .audioTranscriptions }
        if columns["output_tokens"] != nil { return .completions }
        guard columns["input_tokens"] != nil else { return nil }
        return name.hasPrefix("moderations") ? .moderations : .embeddings
    }

    private func read(_ row: TableRow, _ service: Invoice.Service?) throws(OpenAIExportError) -> ExportRow {
        guard let start = try row.count("start_time"), let end = try row.count("end_time"), start < end else {
            throw fail("it needs \"start_time\" and a later \"end_time\", in seconds", line: row.row.line)
        }
        let bucket = Invoice.Bucket(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
        var read = ExportRow(service: service, bucket: bucket, project: row.text("project_id"))
        guard service != .costs else {
            read.name = row.text("line_item").map(CostLineItem.name)
            read.quantities[.cost] = try row.amount()
            return read
        }
        read.name = row.text("model")
        for figure in service?.figures ?? [] {
            read.quantities[figure] = try row.count(figure.field).map { Int128($0) }
        }
        return read
    }
}

/// One row of a table with named columns.
private struct TableRow {
    let row: CSVTable.Row
    let columns: [String: Int]
    let export: OpenAIExport

    /// The field of a column; nil if the table doesn't have it, or it is empty.
    func text(_ column: String) -> String? {
        guard let index = columns[column], row.fields.indices.contains(index) else { return nil }
        let field = row.fields[index]
        return field.isEmpty ? nil : field
    }

    /// A count, which the dashboard writes like `10.0`.
    func count(_ column: String) throws(OpenAIExportError) -> Int64? {
        guard let text = text(column) else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isWhole = parts.count == 1 || parts[1].utf8.allSatisfy { $0 == UInt8(ascii: "0") }
        guard isWhole, let count = parts.first.flatMap({ Int64($0) }), count >= 0 else {
            throw export.fail("\"\(column)\" is not a count: '\(text.prefix(40))'", line: row.line)
        }
        return count
    }

    /// What was charged; nil for a bucket without charges.
    func amount() throws(OpenAIExportError) -> Int128? {
        guard let text = text("amount_value") else { return nil }
        let currency = self.text("amount_currency") ?? "usd"
        guard currency.lowercased() == "usd" else {
            throw export.fail("the amount is in '\(currency.prefix(8))', not in USD", line: row.line)
        }
        guard let amount = InvoiceAmount(decimal: text) else {
            throw export.fail("\"amount_value\" is not decimal text: '\(text.prefix(40))'", line: row.line)
        }
        return amount.yoctos
    }
}
