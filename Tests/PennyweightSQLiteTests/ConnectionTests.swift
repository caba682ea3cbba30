import Foundation
import Testing

@testable import PennyweightSQLite

@Suite("Connection and Statement: values go in and come out as they are")
struct ConnectionTests {
    private let directory: TemporaryDirectory
    private let connection: Connection

    init() throws {
        directory = try TemporaryDirectory()
        connection = try Connection(directory.file(), SQLiteLedger.options)
    }

    @Test("pragmas are what was asked for") func pragmas() throws {
        #expect(try connection.number("PRAGMA synchronous") == 2)
        #expect(try connection.number("PRAGMA secure_delete") == 0)
        #expect(try connection.number("PRAGMA foreign_keys") == 1)
        #expect(try connection.statement("PRAGMA journal_mode").first { try $0.text() } == "wal")
        let cache = try Connection(directory.file("cache.sqlite"), SQLiteCache.options)
        #expect(try cache.number("PRAGMA synchronous") == 1)
        #expect(try cache.number("PRAGMA auto_vacuum") == 2)
    }

    @Test("text, bytes and numbers survive, the empty and the odd ones too") func values() throws {
        try connection.execute("CREATE TABLE v (i INTEGER, t TEXT, b BLOB) STRICT")
        let rows: [(Int64?, String?, [UInt8]?)] = [
            (nil, nil, nil), (.min, "", []), (.max, "a\u{0}b", [0, 1, 255]), (0, "é😀", [0]),
        ]
        for (i, t, b) in rows {
            try connection.statement("INSERT INTO v VALUES (?, ?, ?)").run(.of(i), .of(t), .of(b))
        }
        let read = try connection.statement("SELECT i, t, b FROM v ORDER BY rowid").all { row in
            (row.optionalInteger(), row.optionalText(), row.optionalBytes())
        }
        #expect(read.count == rows.count)
        for (left, right) in zip(read, rows) { #expect(left == right) }
    }

    @Test("a savepoint undoes itself and nothing else") func savepoint() throws {
        struct Refused: Error {}
        try connection.execute("CREATE TABLE t (n INTEGER) STRICT")
        try connection.transaction {
            try connection.statement("INSERT INTO t VALUES (1)").run()
            #expect(throws: Refused.self) {
                try connection.savepoint {
                    try connection.statement("INSERT INTO t VALUES (2)").run()
                    throw Refused()
                }
            }
            #expect(connection.isInTransaction)
        }
        #expect(try connection.number("SELECT sum(n) FROM t") == 1)
    }

    @Test("a full disk is named as such") func diskFull() throws {
        try connection.execute("CREATE TABLE t (b BLOB) STRICT")
        try connection.execute("PRAGMA max_page_count = 10")
        let problem = #expect(throws: StorageProblem.self) {
            try connection.statement("INSERT INTO t VALUES (zeroblob(1000000))").run()
        }
        #expect(problem?.message.contains("The disk is full") == true)
        #expect(problem?.message.contains(directory.file()) == true)
    }

    @Test("a connection that reads refuses to write, and creates nothing") func reading() throws {
        try connection.execute("CREATE TABLE t (n INTEGER) STRICT")
        let reader = try Connection(directory.file(), SQLiteLedger.options.reading)
        #expect(throws: StorageProblem.self) { try reader.statement("INSERT INTO t VALUES (1)").run() }
        #expect(throws: StorageProblem.self) {
            try Connection(directory.file("absent.sqlite"), SQLiteLedger.options.reading)
        }
        #expect(!FileManager.default.fileExists(atPath: directory.file("absent.sqlite")))
    }

    @Test("a file that is no database is told as damage") func noDatabase() throws {
        let path = directory.file("text.sqlite")
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
        let problem = #expect(throws: StorageProblem.self) { try Connection(path, SQLiteLedger.options) }
        #expect(problem?.isDamage == true)
    }

    @Test("a row that doesn't hold what it should is a problem, not a trap") func unexpectedRow() throws {
        #expect(throws: StorageProblem.self) {
            try connection.statement("SELECT NULL").first { try $0.integer() }
        }
        #expect(throws: StorageProblem.self) {
            try connection.statement("SELECT x'00'").first { try $0.id() }
        }
    }

    @Test(
        "sums in two halves are exact beyond 64 bits and below zero", arguments: [Int64.max, .min, -1, 0, 7])
    func splitSums(_ number: Int64) throws {
        try connection.execute("CREATE TABLE s (n INTEGER) STRICT")
        for _ in 0..<5 { try connection.statement("INSERT INTO s VALUES (?)").run(.of(number)) }
        let sum = try connection.statement("SELECT sum(n >> 32), sum(n & 4294967295) FROM s")
            .first { try $0.splitSum() }
        #expect(sum == 5 * Int128(number))
    }
}
