/// Comma-separated values (RFC 4180), read row by row: quotes, doubled quotes, line breaks inside quotes.
struct CSVTable {
    /// A row's fields, and the line that it begins on, counted from 1.
    struct Row {
        var fields: [String]
        let line: Int
    }

    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark comes from spreadsheets.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next row that is not blank; nil at the end.
    mutating func next() -> Row? {
        while position < bytes.count {
            var row = Row(fields: [], line: line)
            readRow(into: &row)
            if row.fields != [""] { return row }
        }
        return nil
    }

    private mutating func readRow(into row: inout Row) {
        var field: [UInt8] = []
        var isQuoted = false
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                    field.append(byte)
                    position += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: ","):
                row.fields.append(String(decoding: field, as: UTF8.self))
                field = []
            case UInt8(ascii: "\n"):
                row.fields.append(String(decoding: field, as: UTF8.self))
                return
            case UInt8(ascii: "\r"): continue
            default: field.append(byte)
            }
        }
        row.fields.append(String(decoding: field, as: UTF8.self))
    }
}
