/// Lines of text in columns that line up.
struct TextTable {
    enum Alignment { case left, right }

    var columns: [(title: String, alignment: Alignment)]
    var rows: [[String]] = []

    /// The widest that a cell gets; a longer text is cut.
    static let cellLimit = 60

    /// The title line and the rows, two spaces between columns, no space at the ends.
    ///
    /// Names come from callers: what would move a terminal's cursor or end a line is shown as `?`.
    var lines: [String] {
        let all = ([columns.map(\.title)] + rows).map { $0.map { TextTable.shown($0) } }
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = columns.indices.map { column -> String in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].alignment == .left ? row[column] + padding : padding + row[column]
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The text as a terminal may show it: no control characters, and not longer than a cell.
    static func shown(_ text: String, limit: Int = cellLimit) -> String {
        let safe = safe(text)
        return safe.count <= limit ? safe : safe.prefix(limit - 1) + "…"
    }

    /// The text as a terminal may show it, however long.
    static func safe(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains(where: isControl) ? "?" : $0 })
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
