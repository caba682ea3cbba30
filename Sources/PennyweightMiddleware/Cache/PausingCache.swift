public import Logging
internal import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Leaves a store alone for a while after it failed, so that calls don't wait for a disk that is full or
/// gone.
///
/// The log says so once, when the trouble begins, and once more when it is over. Meanwhile nothing is found
/// and storing throws a `Failure` `storage`; removing, listing and counting still ask the store.
public final class PausingCache: CacheStore {
    /// How long a store is left alone: long enough to cost nothing, short enough that a disk with new room
    /// is used again before anyone looks.
    public static let defaultPause: Duration = .seconds(30)

    private struct State {
        /// Until when it is left alone; nil if it did not fail lately.
        var pausedUntil: MonotonicInstant?
        /// True from the first failure to the first success after it.
        var isFailing = false
    }

    private let store: any CacheStore
    private let pause: Duration
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())

    public init(
        _ store: any CacheStore, pause: Duration = PausingCache.defaultPause, time: any TimeSource,
        logger: Logger
    ) {
        self.store = store
        self.pause = pause
        self.time = time
        self.logger = logger
    }

    /// True while the store is left alone.
    public var isPaused: Bool {
        state.withLock { state in state.pausedUntil.map { time.instant() < $0 } ?? false }
    }

    /// The store's entry; nil while it is left alone.
    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        if isPaused { return nil }
        return try await watching(isProof: false) { try await store.entry(for: key) }
    }

    public func entry(named id: SortableID) async throws -> CacheEntry? {
        if isPaused { return nil }
        return try await watching(isProof: false) { try await store.entry(named: id) }
    }

    public func entry(named id: SortableID, sealedWith secret: CacheSecret?) async throws -> CacheEntry? {
        if isPaused { return nil }
        return try await watching(isProof: false) {
            try await store.entry(named: id, sealedWith: secret)
        }
    }

    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        if isPaused {
            throw Failure(.storage, "The cache is off since it failed; it is tried again within \(pause).")
        }
        try await watching(isProof: true) { try await store.store(entry, for: key) }
    }

    public func remove(_ key: CacheKey) async throws { try await store.remove(key) }

    @discardableResult
    public func remove(_ selection: CacheSelection) async throws -> Int {
        try await store.remove(selection)
    }

    public func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        try await store.entries(selection, after: after, limit: limit)
    }

    public func statistics() async throws -> CacheStatistics { try await store.statistics() }

    public func generation(of key: CacheKey) -> UInt64 { store.generation(of: key) }

    public func note(_ uses: [CacheUse]) {
        if !isPaused { store.note(uses) }
    }

    public func takeUses() -> [CacheUse] { store.takeUses() }

    /// Runs work on the store and notes how it went. A read that works proves nothing about a full disk.
    private func watching<Value>(isProof: Bool, _ work: () async throws -> Value) async throws -> Value {
        do {
            let value = try await work()
            if isProof, state.withLock({ $0.isFailing }) { recover() }
            return value
        } catch let error as CancellationError {
            throw error
        } catch {
            fail(error)
            throw error
        }
    }

    private func fail(_ error: any Error) {
        let until = time.instant() + pause
        let isNew = state.withLock { state in
            defer { state = State(pausedUntil: until, isFailing: true) }
            return !state.isFailing
        }
        if isNew {
            logger.warning(
                "The cache is off: its store failed. Calls go on without it; it is tried again.",
                metadata: ["problem": "\(error)", "again_in": "\(pause)"])
        }
    }

    private func recover() {
        let wasFailing = state.withLock { state in
            defer { state = State() }
            return state.isFailing
        }
        if wasFailing { logger.notice("The cache is on again: its store works.") }
    }
}
