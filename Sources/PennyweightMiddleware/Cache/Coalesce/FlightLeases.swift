/// Lets processes that share a store share upstream calls as well: who has the lease of a key asks.
///
/// Within one process the stage `Cache` needs none. With one, an answer that another process is fetching is
/// waited for, and then looked up in the store. What it throws makes the call go on without a lease: it may
/// be paid twice then, and is never lost.
public protocol FlightLeases: Sendable {
    /// Takes the lease of a key; waits while another process has it. True if one had it, so that its answer
    /// may be stored now.
    ///
    /// An implementation bounds what a process that died can hold. Cancelling ends the wait.
    func take(_ key: CacheKey) async throws -> Bool

    /// Gives the lease back; does nothing if it is not held. Called once for each lease that was taken.
    func giveBack(_ key: CacheKey) async
}
