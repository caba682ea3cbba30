/// The way in: ``open(_:)`` makes a client with everything at its default.
public enum Pennyweight {
    /// Opens the ledger and the cache, and makes a client for one provider.
    ///
    /// Creates the directory and the files if they don't exist, and closes what an earlier process left open
    /// in the ledger. Throws a `Failure` that says which file can't be used, or which setting is missing.
    public static func open(_ settings: Settings = .fromEnvironment()) async throws -> Client {
        try await Client(settings)
    }
}
