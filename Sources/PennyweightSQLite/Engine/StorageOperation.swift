/// What a test can make fail.
enum StorageOperation: String, Sendable {
    /// Before a statement's next step.
    case step
    /// Before a transaction is committed.
    case commit
    /// After it was committed, before anyone is told.
    case committed
}

/// Called before, and for `committed` after, each operation; what it throws is that operation's problem.
typealias StorageProbe = @Sendable (StorageOperation) throws -> Void
