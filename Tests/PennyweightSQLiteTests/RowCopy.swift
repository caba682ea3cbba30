@testable import PennyweightSQLite

/// The one entry of a cache's file, column by column, to spoil it.
struct RowCopy {
    /// A column, and which byte and bit of it.
    struct Place: CustomStringConvertible {
        let table: String
        let column: String
        let byte: Int
        let bit: Int

        var description: String { "\(table).\(column), byte \(byte), bit \(bit)" }

        /// True for what is counted for the care of the file alone, or finds the row: the answer doesn't
        /// hang on it.
        var isBookkeeping: Bool {
            table == "entry"
                ? ["id", "hash", "size", "length"].contains(column)
                : ["id", "hash", "size", "holders"].contains(column)
        }
    }

    private let values: [String: SQLValue]

    init(of path: String) throws {
        let connection = try Connection(path, SQLiteCache.options)
        var values: [String: SQLValue] = [:]
        for table in ["entry", "body"] {
            let columns = try connection.statement("SELECT name FROM pragma_table_info('\(table)')").all {
                try $0.text()
            }
            for column in columns {
                values["\(table).\(column)"] = try connection.statement("SELECT \(column) FROM \(table)")
                    .first { $0.value() }
            }
        }
        self.values = values
    }

    /// One bit of each byte of each column, another one each time.
    var places: [Place] {
        values.sorted { $0.key < $1.key }.flatMap { name, value -> [Place] in
            let parts = name.split(separator: ".").map(String.init)
            let count =
                switch value {
                case .null: 1
                case .integer: 8
                case .text(let text): max(1, text.utf8.count)
                case .bytes(let bytes): max(1, bytes.count)
                }
            return (0..<count).map { Place(table: parts[0], column: parts[1], byte: $0, bit: $0 % 7) }
        }
    }

    /// Spoils a copy of the file; false if the column doesn't take such a value.
    func flip(_ place: Place, in path: String, isSumRight: Bool) throws -> Bool {
        let connection = try Connection(path, SQLiteCache.options)
        let mask = UInt8(1) << UInt8(place.bit)
        let spoiled: SQLValue
        switch values["\(place.table).\(place.column)"] ?? .null {
        case .null: spoiled = .integer(1)
        case .integer(let number): spoiled = .integer(number ^ Int64(mask) << Int64(place.byte * 8))
        case .text(let text):
            var bytes = Array(text.utf8)
            if bytes.isEmpty { bytes = [UInt8(ascii: "a")] } else { bytes[place.byte] ^= mask }
            spoiled = .text(String(decoding: bytes, as: UTF8.self))
        case .bytes(var bytes):
            if bytes.isEmpty { bytes = [1] } else { bytes[place.byte] ^= mask }
            spoiled = .bytes(bytes)
        }
        do {
            try connection.statement("UPDATE \(place.table) SET \(place.column) = ?").run(spoiled)
        } catch {
            // A strict table takes no number for a text.
            return false
        }
        if isSumRight, place.column != "checksum" { try RowCopy.makeSumsRight(connection) }
        return true
    }

    /// Writes the sums that the rows have now: what somebody does who changes a file on purpose.
    static func makeSumsRight(_ connection: Connection) throws {
        let sums = try connection.statement(
            "SELECT entry.id, checksum, \(CacheSchema.columns), codec, dictionary, body.length, bytes "
                + "FROM entry LEFT JOIN body ON body.id = entry.body"
        ).all { row in
            var sum = Checksum()
            row.add(columns: 2..<Int32(2 + CacheSchema.columnCount + 4), to: &sum)
            return (row: try row.integer(), sum: sum.stored)
        }
        for (row, sum) in sums {
            try connection.statement("UPDATE entry SET checksum = ? WHERE id = ?").run(.of(sum), .of(row))
        }
    }
}
