internal import PennyweightPipeline

/// Reads the text of a recording, line by line.
struct CassetteParser {
    private let lines: [Substring]
    private let file: String
    private var position = 0

    init(_ text: String, file: String) {
        // By bytes: "\r\n" is one character, and none of a body's may be lost.
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            Substring($0)
        }
        self.file = file
    }

    mutating func parse() throws -> [CassetteExchange] {
        guard lines.first.map(String.init) == CassetteText.title else {
            throw problem("the first line must be '\(CassetteText.title)'")
        }
        position = 1
        var exchanges: [CassetteExchange] = []
        while let line = nextHeadLine() {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, parts[0] == ">" else { throw problem("expected '> METHOD PATH'") }
            let (fields, body) = try message()
            let asked = CassetteExchange.Asked(method: parts[1], path: parts[2], fields: fields, body: body)
            exchanges.append(CassetteExchange(asked: asked, answered: try answer()))
        }
        return exchanges
    }

    private mutating func answer() throws -> CassetteExchange.Answered {
        guard let line = nextHeadLine(), line.hasPrefix("< "), let status = Int(line.dropFirst(2)),
            (100...599).contains(status)
        else { throw problem("expected '< STATUS' of the answer") }
        let (fields, body) = try message()
        return CassetteExchange.Answered(status: status, fields: fields, body: body)
    }

    /// Header fields, and a body if there is one.
    private mutating func message() throws -> (fields: [CassetteExchange.Field], body: [UInt8]) {
        var fields: [CassetteExchange.Field] = []
        while position < lines.count {
            let line = lines[position]
            if line.hasPrefix(">") || line.hasPrefix("<") { return (fields, []) }
            position += 1
            if isSkipped(line) { continue }
            if line.hasPrefix("body ") { return (fields, try body(String(line.dropFirst(5)))) }
            guard let colon = line.firstIndex(of: ":") else { throw problem("expected 'name: value'") }
            let value = line[line.index(after: colon)...]
            fields.append(
                CassetteExchange.Field(
                    name: String(line[..<colon]),
                    value: String(value.hasPrefix(" ") ? value.dropFirst() : value)))
        }
        return (fields, [])
    }

    private mutating func body(_ name: String) throws -> [UInt8] {
        guard let form = CassetteBody.Form(rawValue: name) else {
            let forms = CassetteBody.Form.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem("'\(name)' is no form of a body; it is one of \(forms)")
        }
        var body: [String] = []
        while position < lines.count, lines[position].utf8.first == UInt8(ascii: "|") {
            body.append(String(lines[position].dropFirst()))
            position += 1
        }
        guard let bytes = CassetteBody.body(of: body, form: form) else {
            throw problem("the body is not \(name)")
        }
        return bytes
    }

    private mutating func nextHeadLine() -> Substring? {
        while position < lines.count {
            defer { position += 1 }
            if !isSkipped(lines[position]) { return lines[position] }
        }
        return nil
    }

    private func isSkipped(_ line: Substring) -> Bool { line.isEmpty || line.hasPrefix("#") }

    private func problem(_ text: String) -> Failure {
        Failure(.storage, "'\(file)', line \(max(position, 1)): \(text).")
    }
}
