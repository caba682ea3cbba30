internal import PennyweightLedger
internal import PennyweightTime

/// Keys as lines of text.
enum KeyTable {
    static func lines(_ keys: [VirtualKey], at time: Timestamp) -> [String] {
        let titles = ["id", "ends", "account", "name", "status", "models", "routes", "created", "expires"]
        var table = TextTable(columns: titles.map { (title: $0, alignment: .left) })
        table.rows = keys.map { key in
            [
                key.id, key.lastFour, key.account, key.name ?? "-", key.status(at: time).rawValue,
                key.models.isEmpty ? "all" : key.models.joined(separator: ","),
                key.routes.isEmpty ? "all" : key.routes.joined(separator: ","),
                key.createdAt.day.description, key.expiresAt?.text ?? "never",
            ]
        }
        return table.lines
    }
}
