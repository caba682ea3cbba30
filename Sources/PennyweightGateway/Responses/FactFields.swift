internal import HTTPTypes
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// What is known about an exchange as header fields, and as the comment lines that end a stream.
///
/// A cost that is not exact has no number: `x-pennyweight-cost` is absent then, and
/// `x-pennyweight-cost-status` says `estimated` or `unknown`. The bounds of an estimate are in the ledger.
enum FactFields {
    /// The fields in the order in which they are written.
    static func fields(of facts: Facts) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [("x-pennyweight-attempts", "\(facts.attempts)")]
        if let statement = facts[ReceiptFact.self]?.statement { fields += self.fields(of: statement) }
        return fields
    }

    /// What a statement says.
    static func fields(of statement: Receipt.Statement) -> [(name: String, value: String)] {
        var fields = [
            ("x-pennyweight-provider", statement.provider), ("x-pennyweight-model", statement.model),
        ]
        if let amount = statement.cost.exactAmount { fields.append(("x-pennyweight-cost", amount.text)) }
        fields.append(("x-pennyweight-cost-status", statement.cost.status))
        if let saved = statement.saved.exactAmount { fields.append(("x-pennyweight-saved", saved.text)) }
        return fields.map { (name: $0.0, value: printable($0.1)) }
    }

    /// Comment lines with the same content, and the empty line that ends them. Every parser of server-sent
    /// events ignores both.
    static func comments(of facts: Facts) -> [UInt8] {
        let lines = fields(of: facts).map { ": \($0.name): \($0.value)\n" }
        return Array((lines.joined() + "\n").utf8)
    }

    /// A model's name comes from outside: only what can stand in a header passes.
    private static func printable(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(256).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
    }
}

extension HTTPFields {
    /// Sets a field by its name's text; a text that can't be a name sets nothing.
    mutating func set(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name) else { return }
        self[name] = value
    }
}
