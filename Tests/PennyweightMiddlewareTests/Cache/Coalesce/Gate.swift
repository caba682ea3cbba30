import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTime
import Synchronization

/// Shut until it is opened; any number may wait.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A store that writes when a gate opens.
final class SlowStore: CacheStore {
    private let inner = MemoryCache(limitBytes: 1 << 20)
    private let gate: Gate
    private let writes = Mutex(0)

    init(_ gate: Gate) { self.gate = gate }

    var isWriting: Bool { writes.withLock { $0 > 0 } }

    func entry(for key: CacheKey) async throws -> CacheEntry? { await inner.entry(for: key) }

    func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        writes.withLock { $0 += 1 }
        await gate.wait()
        await inner.store(entry, for: key)
    }

    func remove(_ key: CacheKey) async throws { await inner.remove(key) }

    func entry(named id: SortableID) async throws -> CacheEntry? { await inner.entry(named: id) }

    func remove(_ selection: CacheSelection) async throws -> Int { await inner.remove(selection) }

    func entries(
        _ selection: CacheSelection, after: SortableID?, limit: Int
    ) async throws -> CachePage {
        await inner.entries(selection, after: after, limit: limit)
    }

    func statistics() async throws -> CacheStatistics { await inner.statistics() }
}

/// Leases in memory, for two caches in one test.
final class LeaseBoard: FlightLeases {
    private let held = Mutex<[CacheKey: [CheckedContinuation<Void, Never>]]>([:])

    func take(_ key: CacheKey) async throws -> Bool {
        var hasWaited = false
        while true {
            let isTaken = held.withLock { held in
                if held[key] != nil { return false }
                held[key] = []
                return true
            }
            if isTaken { return hasWaited }
            hasWaited = true
            await withCheckedContinuation { continuation in
                let isFree = held.withLock { held in
                    held[key]?.append(continuation)
                    return held[key] == nil
                }
                if isFree { continuation.resume() }
            }
        }
    }

    func giveBack(_ key: CacheKey) async {
        let waiting = held.withLock { $0.removeValue(forKey: key) } ?? []
        for continuation in waiting { continuation.resume() }
    }
}

/// Leases on a disk that is full.
final class BrokenLeases: FlightLeases {
    private let givenBack = Atomic<Int>(0)

    var givenBackCount: Int { givenBack.load(ordering: .relaxed) }

    func take(_ key: CacheKey) async throws -> Bool { throw Failure(.storage, "The disk is full.") }

    func giveBack(_ key: CacheKey) async { givenBack.add(1, ordering: .relaxed) }
}
