internal import Crypto

/// The chain of digests: each commit that adds rows stores a digest over them and over the digest before it,
/// so that a row that was changed, added or taken away later shows.
///
/// A commit's digest is SHA-256 over the previous digest (32 zero bytes before the first), then for each
/// table in the order of `LedgerTable.all` the SHA-256 of its new rows, then for each numbered table the
/// number of its last row, 8 bytes each, little end first. A row is the count of its columns in one byte and
/// then each value: one byte for its type (0 null, 1 integer, 2 text, 3 bytes), 8 bytes of number or of
/// length, and the bytes.
///
/// Links of version 2 cover neither the last three tables nor their numbers, which are null in them.
///
/// Beside the digest lie the first bytes of each table's own digest, for the tables that can have new rows:
/// they tell in which table a row was changed.
enum LedgerChain {
    /// A commit: the last numbers that it covers, by mark, and its digest.
    struct Link: Sendable, Hashable {
        var marks: [Int64]
        /// What tells in which table a row was changed.
        var hints: [UInt8]
        var digest: [UInt8]
        /// True for a link that covers no keys and events, as version 2 wrote them: their marks count as 0.
        var isOfVersion2 = false

        static let first = Link(
            marks: Array(repeating: 0, count: LedgerTable.numbered.count), hints: [],
            digest: Array(repeating: 0, count: 32))

        /// The link of a commit; `rows` are the digests of its new rows, by table.
        init(after previous: Link, marks: [Int64], rows: [[UInt8]], isOfVersion2: Bool = false) {
            self.marks = marks
            self.isOfVersion2 = isOfVersion2
            hints = LedgerTable.all.filter { $0.canGrow(from: previous.marks, to: marks) }
                .flatMap { rows[$0.index].prefix(LedgerChain.hintLength) }
            let (tables, numbers) =
                isOfVersion2
                ? (LedgerTable.ofVersion2.count, LedgerTable.marksOfVersion2)
                : (LedgerTable.all.count, LedgerTable.numbered.count)
            digest = LedgerChain.digest(
                after: previous, marks: Array(marks.prefix(numbers)), rows: Array(rows.prefix(tables)))
        }

        init(marks: [Int64], hints: [UInt8], digest: [UInt8]) {
            self.marks = marks
            self.hints = hints
            self.digest = digest
        }

        /// Reads the columns of `LedgerChain.columns`.
        init(_ row: inout Row) throws {
            let found = LedgerTable.numbered.map { _ in row.optionalInteger() }
            marks = try found.enumerated().map { index, mark in
                index < LedgerTable.marksOfVersion2 ? try row.present(mark) : mark ?? 0
            }
            isOfVersion2 = found.contains(nil)
            hints = try row.bytes()
            digest = try row.bytes()
        }
    }

    /// How many bytes of a table's digest are kept beside the commit's.
    static let hintLength = 4

    static let columns = LedgerTable.numbered.map(\.name).joined(separator: ", ") + ", hints, digest"
    static let last = "SELECT \(columns) FROM chain ORDER BY id DESC LIMIT 1"
    static let append =
        "INSERT INTO chain (\(columns)) VALUES ("
        + Array(repeating: "?", count: LedgerTable.numbered.count + 2).joined(separator: ", ") + ")"

    /// The latest link of a file, or the one before the first.
    static func last(in connection: Connection) throws -> Link {
        try connection.statement(last).first { try Link(&$0) } ?? .first
    }

    /// Writes the link that covers the rows after another link.
    static func append(_ link: Link, to connection: Connection) throws {
        try connection.statement(append).run(
            link.marks.map { .of($0) } + [.bytes(link.hints), .bytes(link.digest)])
    }

    /// The digest of a commit: `rows` are the digests of its new rows, by table.
    static func digest(after previous: Link, marks: [Int64], rows: [[UInt8]]) -> [UInt8] {
        var bytes = previous.digest
        for digest in rows { bytes += digest }
        for mark in marks { append(UInt64(bitPattern: mark), to: &bytes) }
        return Array(SHA256.hash(data: bytes))
    }

    /// The digest of the rows of a table that lie between two marks, read from the file.
    static func digest(
        of table: LedgerTable, after: [Int64], upTo: [Int64], in connection: Connection
    ) throws -> [UInt8] {
        let mark = table.ownerMark
        var digest = SHA256()
        let select = try connection.statement(table.selectRange)
        try select.forEach([.of(after[mark]), .of(upTo[mark])]) { row in
            var bytes: [UInt8] = []
            encode((0..<table.columns.count).map { _ in row.value() }, into: &bytes)
            digest.update(data: bytes)
        }
        return Array(digest.finalize())
    }

    /// What stands before a value, by its type.
    static let nullMark: UInt8 = 0
    static let integerMark: UInt8 = 1
    static let textMark: UInt8 = 2
    static let bytesMark: UInt8 = 3

    /// Adds one row's bytes, as ``NewRow`` does.
    static func encode(_ values: [SQLValue], into bytes: inout [UInt8]) {
        bytes.append(UInt8(values.count))
        for value in values {
            switch value {
            case .null: bytes.append(nullMark)
            case .integer(let number):
                bytes.append(integerMark)
                append(UInt64(bitPattern: number), to: &bytes)
            case .text(let text):
                bytes.append(textMark)
                append(UInt64(text.utf8.count), to: &bytes)
                bytes.append(contentsOf: text.utf8)
            case .bytes(let raw):
                bytes.append(bytesMark)
                append(UInt64(raw.count), to: &bytes)
                bytes.append(contentsOf: raw)
            }
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
