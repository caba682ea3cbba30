public import PennyweightMiddleware
private import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Lets the processes that share a cache's file share upstream calls: who has the lease of a key asks, the
/// others wait for its answer.
///
/// ```swift
/// let leases = CacheLeases(on: disk, time: time, random: random)
/// ```
///
/// A lease is a row with an expiry that its owner renews: that of a process that was killed is free a few
/// seconds later. Who waits looks after it more and more seldom, up to ten times a second. A file that can't
/// be written, or is full, throws: the call goes on alone.
public final class CacheLeases: FlightLeases {
    /// How long leases last, and how long they are waited for.
    public struct Policy: Sendable, Hashable {
        /// How long one lasts without being renewed: what a killed process holds up its callers elsewhere;
        /// ten seconds by default. It is renewed three times as often.
        public var lifetime: Duration = .seconds(10)
        /// How long another's is waited for before a call goes on alone; five minutes by default.
        public var patience: Duration = .seconds(300)

        public init() {}
    }

    private struct State {
        /// The owner's number of each lease that is held here.
        var held: [CacheKey: Int64] = [:]
        /// Renews them; nil while none is held.
        var renewal: Task<Void, Never>?
    }

    private static let firstPause: Duration = .milliseconds(4)
    private static let longestPause: Duration = .milliseconds(100)

    private let cache: SQLiteCache
    private let policy: Policy
    private let time: any TimeSource
    private let random: any RandomSource
    private let state = Mutex(State())

    /// Shares through the file of this cache, which has to stay open as long as calls run. `random` draws the
    /// numbers of owners.
    public init(
        on cache: SQLiteCache, policy: Policy = Policy(), time: any TimeSource, random: any RandomSource
    ) {
        self.cache = cache
        self.policy = policy
        self.time = time
        self.random = random
        cache.enqueue(CacheSchema.forgetLeases, [.of(time.now())])
    }

    deinit {
        state.withLock { $0.renewal }?.cancel()
    }

    public func take(_ key: CacheKey) async throws -> Bool {
        let owner = Int64(bitPattern: random.next())
        if try await seize(key, as: owner) { return false }
        let end = time.instant() + policy.patience
        var pause = CacheLeases.firstPause
        while time.instant() < end {
            try await time.sleep(for: pause)
            pause = min(pause * 2, CacheLeases.longestPause)
            if try !isHeld(key), try await seize(key, as: owner) { return true }
        }
        throw Failure(.storage, "Another process did not give its lease back within \(policy.patience).")
    }

    public func giveBack(_ key: CacheKey) async {
        let (owner, renewal) = state.withLock { state in
            let owner = state.held.removeValue(forKey: key)
            return (owner, state.held.isEmpty ? state.renewal.take() : nil)
        }
        renewal?.cancel()
        guard let owner else { return }
        // One that can't be given back expires.
        _ = try? await cache.writeLease(CacheSchema.giveLeaseBack, [.of(key.digest), .of(owner)])
    }

    private func isHeld(_ key: CacheKey) throws -> Bool {
        let now = time.now()
        return try cache.reading { connection in
            try connection.statement(CacheSchema.heldLease)
                .first([.of(key.digest), .of(now), .of(self.latest(at: now))]) { try $0.integer() } != nil
        }
    }

    private func seize(_ key: CacheKey, as owner: Int64) async throws -> Bool {
        let now = time.now()
        let values: [SQLValue] = [
            .of(key.digest), .of(owner), .of(now + policy.lifetime), .of(now), .of(latest(at: now)),
        ]
        let isTaken = try await cache.write { connection in
            try connection.statement(CacheSchema.takeLease).first(values) { try $0.integer() } != nil
        }
        if isTaken { hold(key, as: owner) }
        return isTaken
    }

    /// The latest expiry that a lease can have, with room for a clock that is set back a little.
    private func latest(at now: Timestamp) -> Timestamp { now + policy.lifetime * 2 }

    private func hold(_ key: CacheKey, as owner: Int64) {
        state.withLock { state in
            state.held[key] = owner
            guard state.renewal == nil else { return }
            let (time, pause) = (time, policy.lifetime / 3)
            state.renewal = Task.detached { [weak self] in
                while (try? await time.sleep(for: pause)) != nil, let self { await self.renew() }
            }
        }
    }

    /// Renews what is held. What another has taken over meanwhile is no longer held.
    private func renew() async {
        let now = time.now()
        let expiry = now + policy.lifetime
        let held = state.withLock { $0.held }
        for (key, owner) in held {
            let values: [SQLValue] = [.of(key.digest), .of(owner), .of(expiry)]
            guard let count = try? await cache.writeLease(CacheSchema.renewLease, values), count == 0 else {
                continue
            }
            state.withLock { if $0.held[key] == owner { $0.held[key] = nil } }
        }
        cache.enqueue(CacheSchema.forgetLeases, [.of(now)])
    }
}

extension SQLiteCache {
    /// Runs a statement about leases; returns how many rows it changed.
    fileprivate func writeLease(_ sql: String, _ values: [SQLValue]) async throws -> Int {
        try await write { try $0.statement(sql).run(values) }
    }
}
