import PennyweightTesting
import Synchronization
import Testing

@testable import PennyweightSQLite

@Suite("Writer: one thread, group commit")
struct WriterTests {
    private let directory: TemporaryDirectory
    private let connection: Connection

    init() throws {
        directory = try TemporaryDirectory()
        connection = try Connection(directory.file(), SQLiteLedger.options)
        try connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT")
    }

    private func count() throws -> Int64 {
        try Connection(directory.file(), SQLiteLedger.options.reading).number("SELECT count(*) FROM t")
    }

    private func insert(_ n: Int, with writer: Writer) async throws {
        try await writer.write { connection in
            _ = try connection.statement("INSERT INTO t VALUES (?)").run(.of(n))
        }
    }

    @Test("writes that arrive during a commit share the next one") func groupCommit() async throws {
        let commits = Mutex(0)
        let probed = try Connection(directory.file(), SQLiteLedger.options) { operation in
            if operation == .committed { commits.withLock { $0 += 1 } }
        }
        let writer = try Writer(probed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for n in 0..<200 {
                group.addTask { try await insert(n, with: writer) }
            }
            try await group.waitForAll()
        }
        #expect(try count() == 200)
        #expect(commits.withLock { $0 } < 200)
        await writer.close()
    }

    @Test("a write that fails is undone alone, and says why") func failureIsAlone() async throws {
        struct Refused: Error {}
        let gate = DispatchGate()
        let writer = try Writer(connection)
        async let blocked: Void = writer.write { _ in gate.wait() }
        while !gate.isWaiting { await Task.yield() }
        async let good = writer.write { try $0.statement("INSERT INTO t VALUES (1)").run() }
        let bad = Task {
            try await writer.write { connection in
                try connection.statement("INSERT INTO t VALUES (2)").run()
                throw Refused()
            }
        }
        async let alsoGood = writer.write { try $0.statement("INSERT INTO t VALUES (3)").run() }
        gate.open()
        try await blocked
        _ = try await (good, alsoGood)
        await #expect(throws: Refused.self) { try await bad.value }
        #expect(try count() == 2)
        await writer.close()
    }

    @Test("a constraint that fails names the file and SQLite's message") func constraint() async throws {
        let writer = try Writer(connection)
        _ = try await writer.write { try $0.statement("INSERT INTO t VALUES (1)").run() }
        let problem = await #expect(throws: StorageProblem.self) {
            try await writer.write { try $0.statement("INSERT INTO t VALUES (1)").run() }
        }
        #expect(problem?.message.contains(directory.file()) == true)
        #expect(problem?.message.contains("UNIQUE") == true)
        await writer.close()
    }

    @Test("a commit that fails fails every write of its batch, and leaves nothing") func commitFails()
        async throws
    {
        let plan = FaultPlan(failAt: 1)
        let probed = try Connection(directory.file(), SQLiteLedger.options) { operation in
            if operation == .commit, plan.isDue() { throw StorageProblem(.system(5), "The disk failed.") }
        }
        let writer = try Writer(probed)
        await #expect(throws: StorageProblem.self) {
            try await writer.write { try $0.statement("INSERT INTO t VALUES (1)").run() }
        }
        #expect(try count() == 0)
        _ = try await writer.write { try $0.statement("INSERT INTO t VALUES (1)").run() }
        #expect(try count() == 1)
        await writer.close()
    }

    @Test("closing finishes what waits, and refuses what comes later") func closing() async throws {
        let writer = try Writer(connection)
        for n in 0..<50 { writer.enqueue { try $0.statement("INSERT INTO t VALUES (?)").run(.of(n)) } }
        await writer.close()
        await writer.close()
        #expect(try count() == 50)
        let problem = await #expect(throws: StorageProblem.self) { try await writer.write { _ in } }
        #expect(problem?.kind == .closed)
    }

    @Test("a full queue refuses instead of growing") func fullQueue() async throws {
        let gate = DispatchGate()
        let writer = try Writer(connection, batchLimit: 1, queueLimit: 1)
        async let blocked: Void = writer.write { _ in gate.wait() }
        while !gate.isWaiting { await Task.yield() }
        writer.enqueue { _ in }
        let problem = await #expect(throws: StorageProblem.self) { try await writer.write { _ in } }
        #expect(problem?.kind == .queueFull)
        gate.open()
        try await blocked
        await writer.close()
    }

    @Test("dropping a writer without closing it still does what waits") func dropping() async throws {
        var writer: Writer? = try Writer(connection)
        let done = DispatchGate()
        writer?.enqueue { try $0.statement("INSERT INTO t VALUES (1)").run() }
        writer?.enqueue { _ in done.open() }
        writer = nil
        done.wait()
    }

    @Test("the log is moved into the file while nothing waits") func checkpoints() async throws {
        let writer = try Writer(connection)
        _ = try await writer.write { try $0.execute("CREATE TABLE b (x BLOB) STRICT") }
        for _ in 0..<12 {
            _ = try await writer.write { try $0.statement("INSERT INTO b VALUES (zeroblob(1000000))").run() }
        }
        await writer.close()
        let size = try #require(try FileSize.of(directory.file()))
        #expect(size > 8_000_000)
    }
}
