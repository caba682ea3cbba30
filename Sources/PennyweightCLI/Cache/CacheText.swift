#if Gateway
internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightTime

/// Stored answers as text.
enum CacheText {
    static func count(_ count: Int) -> String { count == 1 ? "1 answer" : "\(count) answers" }

    static func statistics(_ tiers: [CacheStatistics.Tier], as format: CacheFormat) -> String {
        let titles = ["tier", "answers", "bodies", "bytes", "limit", "plain_bytes", "vectors"]
        let rows = tiers.map { tier in
            [
                tier.name, "\(tier.entries)", tier.bodies.map(String.init) ?? "", "\(tier.bytes)",
                tier.limitBytes == Int(Int64.max) ? "" : "\(tier.limitBytes)",
                tier.plainBytes.map(String.init) ?? "", tier.vectors.map(String.init) ?? "",
            ]
        }
        switch format {
        case .json: return tiers.map { line(CacheObject.json($0)) }.joined()
        case .csv: return csv([titles] + rows)
        case .table:
            var table = TextTable(
                columns: titles.map { (title: $0, alignment: $0 == "tier" ? .left : .right) })
            table.rows = rows
            return table.lines.map { $0 + "\n" }.joined()
        }
    }

    private static let titles = [
        "id", "account", "namespace", "route", "model", "provider", "status", "bytes", "avoids_usd",
        "stored_at", "expires_at", "hits", "last_used_at", "tags",
    ]

    static func list(
        _ entries: [CacheSummary], as format: CacheFormat, hasTitle: Bool, at time: Timestamp
    ) -> String {
        switch format {
        case .json: return entries.map { line(CacheObject.json($0, at: time)) }.joined()
        case .csv: return csv((hasTitle ? [titles] : []) + entries.map(row))
        case .table:
            var table = TextTable(
                columns: titles.map { title in
                    (
                        title: title,
                        alignment: ["bytes", "hits", "avoids_usd"].contains(title) ? .right : .left
                    )
                })
            table.rows = entries.map(row)
            return table.lines.dropFirst(hasTitle ? 0 : 1).map { $0 + "\n" }.joined()
        }
    }

    private static func row(_ entry: CacheSummary) -> [String] {
        let tags = entry.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            entry.id.description, entry.account, entry.namespace, entry.route, entry.model, entry.provider,
            "\(entry.status)", "\(entry.bytes)", entry.cost.exactAmount?.text ?? entry.cost.status,
            entry.storedAt.text, entry.expiresAt.text, entry.hits.map(String.init) ?? "",
            entry.lastUsed?.text ?? "", tags.joined(separator: ";"),
        ]
    }

    /// A line for each property, and the answer.
    static func description(_ summary: CacheSummary, _ entry: CacheEntry?, at time: Timestamp) -> String {
        var lines = zip(titles, row(summary)).map { "\($0): \(TextTable.safe($1))" }
        lines.append("key: \(summary.key)")
        lines.append("executed_model: \(TextTable.safe(summary.executedModel ?? ""))")
        lines.append("state: \(time < summary.expiresAt ? "fresh" : "stale")")
        lines.append("sealed: \(summary.isSealed ? "yes" : "no")")
        guard let entry else {
            return lines.map { $0 + "\n" }.joined() + "\n(the answer takes the secret: see --secret-file)\n"
        }
        if let took = entry.took { lines.append("took: \(took)") }
        let text = String(validating: entry.body, as: UTF8.self)
        let answer = text.map(readable) ?? "(\(entry.body.count) bytes that are no text)"
        return lines.map { $0 + "\n" }.joined() + "\n" + answer + "\n"
    }

    /// The text with its line breaks, and without what would move a terminal's cursor.
    private static func readable(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { TextTable.safe(String($0)) }.joined(separator: "\n")
    }

    private static func line(_ value: JSONValue) -> String {
        String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    private static func csv(_ rows: [[String]]) -> String {
        rows.map { $0.map(ReportCSV.quoted).joined(separator: ",") + "\r\n" }.joined()
    }
}
#endif
