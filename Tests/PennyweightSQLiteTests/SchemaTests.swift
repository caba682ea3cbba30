import Testing

@testable import PennyweightSQLite

@Suite("Schema: numbered migrations")
struct SchemaTests {
    private let directory: TemporaryDirectory
    private let connection: Connection
    private let first = "CREATE TABLE a (n INTEGER) STRICT"
    private let second = "CREATE TABLE b (n INTEGER) STRICT"

    init() throws {
        directory = try TemporaryDirectory()
        connection = try Connection(directory.file(), SQLiteLedger.options)
    }

    private func schema(_ migrations: [String], id: Int64 = 77) -> Schema {
        Schema(applicationID: id, name: "test", migrations: migrations.map { Schema.Migration($0) })
    }

    @Test("a file is brought up step by step, and each step is made once") func steps() throws {
        try schema([first]).migrate(connection)
        #expect(try connection.number("PRAGMA user_version") == 1)
        try schema([first, second]).migrate(connection)
        try schema([first, second]).migrate(connection)
        #expect(try connection.number("PRAGMA user_version") == 2)
        #expect(try connection.number("PRAGMA application_id") == 77)
    }

    @Test("a step that fails leaves the version before it") func failedStep() throws {
        let broken = "CREATE TABLE c (n INTEGER) STRICT; CREATE TABLE a (n INTEGER) STRICT"
        #expect(throws: StorageProblem.self) { try schema([first, broken]).migrate(connection) }
        #expect(try connection.number("PRAGMA user_version") == 1)
        #expect(try connection.number("SELECT count(*) FROM sqlite_schema WHERE name = 'c'") == 0)
    }

    @Test("a file of a newer version is refused, and named") func newer() throws {
        try schema([first, second]).migrate(connection)
        let problem = #expect(throws: StorageProblem.self) { try schema([first]).migrate(connection) }
        #expect(problem?.kind == .newerVersion)
        #expect(problem?.message.contains("version 2") == true)
    }

    @Test("another program's database is refused and left as it is") func foreign() throws {
        try connection.execute("CREATE TABLE theirs (n INTEGER)")
        let problem = #expect(throws: StorageProblem.self) { try schema([first]).migrate(connection) }
        #expect(problem?.kind == .foreignFile)
        #expect(try connection.number("SELECT count(*) FROM sqlite_schema") == 1)
        let other = try Connection(directory.newFile(), SQLiteLedger.options)
        try schema([first], id: 78).migrate(other)
        #expect(throws: StorageProblem.self) { try schema([first]).migrate(other) }
    }

    @Test("two openings that migrate at once both succeed") func concurrently() async throws {
        let path = directory.newFile()
        let both = schema([first, second])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { try both.migrate(Connection(path, SQLiteLedger.options)) }
            }
            try await group.waitForAll()
        }
    }
}
