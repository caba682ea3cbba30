/// The records of comma-separated values (RFC 4180), each with the line on which it begins.
struct CSVRecords {
    let records: [(line: Int, fields: [String])]

    /// Splits a text. Nil if a quote is never closed, or stands where none may.
    init?(_ text: String) {
        var records: [(line: Int, fields: [String])] = []
        var fields: [String] = []
        var field = ""
        var state = State.start
        var (line, first) = (1, 1)
        for character in text {
            let isNewline = character == "\n" || character == "\r\n" || character == "\r"
            if isNewline { line += 1 }
            switch (state, character) {
            case (.quoted, "\""): state = .closed
            case (.quoted, _): field.append(character)
            case (.closed, "\""):
                field.append(character)
                state = .quoted
            case (.start, "\""): state = .quoted
            case (_, ","):
                fields.append(field)
                (field, state) = ("", .start)
            case (_, _) where isNewline:
                records.append((first, fields + [field]))
                (fields, field, state, first) = ([], "", .start, line)
            case (.start, _), (.plain, _):
                guard character != "\"" else { return nil }
                field.append(character)
                state = .plain
            case (.closed, _): return nil
            }
        }
        guard state != .quoted else { return nil }
        if !field.isEmpty || !fields.isEmpty { records.append((first, fields + [field])) }
        // A line of nothing is no record.
        self.records = records.filter { $0.fields != [""] }
    }

    private enum State { case start, plain, quoted, closed }
}
