internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The answers of the Usage and Costs APIs.
extension OpenAIExport {
    func pages() throws(OpenAIExportError) -> [ExportRow] {
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes)
        } catch {
            throw fail("it is not JSON: \(error)")
        }
        let pages = document.root.kind == .array ? document.root.elements : [document.root]
        var rows: [ExportRow] = []
        for page in pages {
            guard let data = page["data"], data.kind == .array else {
                throw fail("it has no \"data\": give the whole answer of the API", line: page.line)
            }
            if page["has_more"]?.bool == true, pages.last?.range == page.range {
                throw fail("its last page says \"has_more\": fetch the pages that follow as well")
            }
            for bucket in data.elements { rows += try self.rows(of: bucket) }
        }
        return rows
    }

    private func rows(of node: JSONNode) throws(OpenAIExportError) -> [ExportRow] {
        guard let start = node["start_time"]?.integer, let end = node["end_time"]?.integer, start < end else {
            throw fail("a bucket needs \"start_time\" and a later \"end_time\", in seconds", line: node.line)
        }
        let bucket = Invoice.Bucket(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
        // Older answers say "result" instead of "results".
        let results = (node["results"] ?? node["result"])?.elements ?? []
        var rows = [ExportRow(bucket: bucket)]
        for result in results { rows.append(try row(result, in: bucket)) }
        return rows
    }

    private func row(_ node: JSONNode, in bucket: Invoice.Bucket) throws(OpenAIExportError) -> ExportRow {
        let object = node["object"]?.string ?? ""
        guard let service = Invoice.Service(object: object) else {
            throw fail("'\(object)' can't be compared: leave this export out", line: node.line)
        }
        var row = ExportRow(service: service, bucket: bucket, project: node["project_id"]?.string)
        guard service != .costs else {
            row.name = node["line_item"]?.string.map(CostLineItem.name)
            row.quantities[.cost] = try cost(node)
            return row
        }
        row.name = node["model"]?.string
        for figure in service.figures {
            guard let value = node[figure.field], !value.isNull else { continue }
            guard let count = value.integer, count >= 0 else {
                throw fail("\"\(figure.field)\" is not a count", line: value.line)
            }
            row.quantities[figure] = Int128(count)
        }
        return row
    }

    /// The amount as decimal text: the API writes it as a number, or as a string.
    private func cost(_ node: JSONNode) throws(OpenAIExportError) -> Int128 {
        let currency = node["amount"]?["currency"]?.string ?? ""
        guard currency.lowercased() == "usd" else {
            throw fail("the amount is in '\(currency)', not in USD", line: node.line)
        }
        let value = node["amount"]?["value"]
        let text =
            value?.kind == .number ? value.map { String(decoding: $0.source, as: UTF8.self) } : value?.string
        guard let text, let amount = InvoiceAmount(decimal: text) else {
            throw fail("\"amount.value\" is not decimal text", line: node.line)
        }
        return amount.yoctos
    }
}

extension Invoice.Service {
    /// By the `object` of a result: `organization.usage.completions.result`.
    init?(object: String) {
        guard object.hasPrefix("organization."), object.hasSuffix(".result") else { return nil }
        let middle = object.dropFirst("organization.".count).dropLast(".result".count)
        let name = middle.hasPrefix("usage.") ? middle.dropFirst("usage.".count) : middle
        self.init(rawValue: String(name))
    }
}

extension InvoiceFigure {
    /// How the exports name it.
    var field: String {
        switch self {
        case .requests: "num_model_requests"
        case .inputTokens: "input_tokens"
        case .cachedInputTokens: "input_cached_tokens"
        case .outputTokens: "output_tokens"
        case .images: "images"
        case .characters: "characters"
        case .seconds: "seconds"
        case .cost: "amount_value"
        }
    }
}
