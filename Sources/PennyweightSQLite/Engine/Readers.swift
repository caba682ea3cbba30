private import Synchronization

/// Connections that only read, on the calling thread: a warm point read takes microseconds, a hop to another
/// thread ten times that.
///
/// Each read has a connection to itself. There are as many as threads read at once; idle ones are kept up to
/// a limit.
final class Readers: Sendable {
    private struct State {
        var idle: [Connection] = []
        var isClosed = false
    }

    private let path: String
    private let options: ConnectionOptions
    private let idleLimit: Int
    private let state = Mutex(State())

    init(_ path: String, _ options: ConnectionOptions, idleLimit: Int = 8) {
        self.path = path
        self.options = options.reading
        self.idleLimit = idleLimit
    }

    /// Lends a connection for one read. What is read must not be kept beyond the closure as a row.
    func read<Value>(_ work: (Connection) throws -> Value) throws -> Value {
        let connection = try take()
        let result = Result { try work(connection) }
        // Whatever came of it says nothing if the file was changed meanwhile.
        try connection.frozen?.check()
        giveBack(connection)
        return try result.get()
    }

    /// Lends a connection inside one read transaction: every query sees the same state.
    func snapshot<Value>(_ work: (Connection) throws -> Value) throws -> Value {
        try read { connection in
            try connection.statement("BEGIN").run()
            defer { connection.rollback() }
            return try work(connection)
        }
    }

    /// Closes idle connections; reads after this fail.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func take() throws -> Connection {
        let (idle, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
        if isClosed { throw StorageProblem(.closed, "The store is closed: open it again to read.") }
        if let idle, idle.frozen?.isUnchanged ?? true { return idle }
        return try Connection(path, options)
    }

    private func giveBack(_ connection: Connection) {
        state.withLock { state in
            if !state.isClosed, state.idle.count < idleLimit { state.idle.append(connection) }
        }
    }
}
