internal import PennyweightPipeline

/// A recording as text, for people to read and for version control to compare.
///
///     pennyweight-cassette 1
///
///     > POST /chat/completions
///     content-type: application/json
///     body json
///     |{
///     |  "model": "gpt-4o-mini"
///     |}
///     < 200
///     content-type: application/json
///     body json
///     |{}
///
/// Every line of a body stands behind a `|`, so that no body can be taken for a head. Lines outside bodies
/// that begin with `#` are comments; empty ones are skipped.
enum CassetteText {
    static let title = "pennyweight-cassette 1"

    static func text(of exchanges: [CassetteExchange]) -> String {
        var lines = [title]
        for exchange in exchanges {
            lines += ["", "> \(exchange.asked.method) \(exchange.asked.path)"]
            add(exchange.asked.fields, exchange.asked.body, to: &lines)
            lines.append("< \(exchange.answered.status)")
            add(exchange.answered.fields, exchange.answered.body, to: &lines)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func add(_ fields: [CassetteExchange.Field], _ body: [UInt8], to lines: inout [String]) {
        for field in fields { lines.append("\(field.name): \(field.value)") }
        guard !body.isEmpty else { return }
        let (form, bodyLines) = CassetteBody.lines(of: body)
        lines.append("body \(form.rawValue)")
        for line in bodyLines { lines.append("|\(line)") }
    }

    /// Reads what ``text(of:)`` wrote, or a person has edited. Throws a `Failure` `storage` with the line.
    static func parse(_ text: String, file: String) throws -> [CassetteExchange] {
        var parser = CassetteParser(text, file: file)
        return try parser.parse()
    }
}
