import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightSQLite

@Suite("CacheLeases: one asks among the processes on a file", .timeLimit(.minutes(5)))
struct CacheLeasesTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.newFile()
    }

    /// The leases of one process, with a clock of its own.
    private func process(
        _ time: any TimeSource, seed: UInt64, edit: (inout CacheLeases.Policy) -> Void = { _ in }
    ) throws -> CacheLeases {
        var policy = CacheLeases.Policy()
        edit(&policy)
        return CacheLeases(
            on: try SQLiteCache.open(at: path), policy: policy, time: time, random: SeededRandom(seed: seed))
    }

    @Test("who comes second waits until the first gives back, and is told so") func waits() async throws {
        let (mine, theirs) = (ManualTime(), ManualTime())
        let (one, two) = (try process(mine, seed: 1), try process(theirs, seed: 2))
        #expect(try await one.take(make.key(1)) == false)
        #expect(try await two.take(make.key(2)) == false, "another key is free")
        await two.giveBack(make.key(2))
        let second = Task { try await two.take(make.key(1)) }
        await theirs.waitForSleepers(1)
        await one.giveBack(make.key(1))
        theirs.advance(by: .seconds(1))
        #expect(try await second.value == true)
        await two.giveBack(make.key(1))
        #expect(try await one.take(make.key(1)) == false)
    }

    @Test("the lease of a process that was killed is taken over when it expires, and not given back by it")
    func killed() async throws {
        let theirs = ManualTime()
        // Its clock stands still: it renews nothing.
        let (killed, two) = (try process(ManualTime(), seed: 3), try process(theirs, seed: 4))
        #expect(try await killed.take(make.key(1)) == false)
        let second = Task { try await two.take(make.key(1)) }
        await theirs.waitForSleepers(1)
        theirs.advance(by: .seconds(9))
        await theirs.waitForSleepers(1)
        theirs.advance(by: .seconds(2))
        #expect(try await second.value == true)
        await killed.giveBack(make.key(1))
        let third = ManualTime(at: theirs.now())
        let other = try process(third, seed: 5)
        let waiting = Task { try await other.take(make.key(1)) }
        await third.waitForSleepers(1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("a lease is renewed as long as it is held") func renewed() async throws {
        let (mine, theirs) = (ManualTime(), ManualTime())
        let (one, two) = (try process(mine, seed: 6), try process(theirs, seed: 7))
        #expect(try await one.take(make.key(1)) == false)
        for _ in 0..<4 {
            await mine.waitForSleepers(1)
            mine.advance(by: .seconds(4))
        }
        await mine.waitForSleepers(1)
        theirs.advance(by: .seconds(16))
        let second = Task { try await two.take(make.key(1)) }
        await theirs.waitForSleepers(1)
        await one.giveBack(make.key(1))
        theirs.advance(by: .seconds(1))
        #expect(try await second.value == true)
    }

    @Test("a lease that lasts longer than any is made for is of a clock that was set back, and free")
    func clockSetBack() async throws {
        let start = Timestamp(seconds: 1_800_000_000)
        let ahead = try process(ManualTime(at: start + .seconds(86_400)), seed: 8)
        #expect(try await ahead.take(make.key(1)) == false)
        #expect(try await process(ManualTime(at: start), seed: 9).take(make.key(1)) == false)
    }

    @Test("who has waited long enough goes on alone") func impatient() async throws {
        let theirs = ManualTime()
        let one = try process(ManualTime(), seed: 10)
        let two = try process(theirs, seed: 11) { $0.patience = .seconds(2) }
        #expect(try await one.take(make.key(1)) == false)
        let second = Task { try await two.take(make.key(1)) }
        await theirs.waitForSleepers(1)
        theirs.advance(by: .seconds(3))
        await #expect(throws: Failure.self) { try await second.value }
    }

    @Test("a full disk throws, and what was held is forgotten") func fullDisk() async throws {
        let plan = FaultPlan(failAt: 1, isArmed: false)
        let cache = try SQLiteCache.open(at: path, limitBytes: 1 << 20) { _ in
            if plan.isDue() { throw StorageProblem(.sqlite(13), "The disk is full.") }
        }
        let leases = CacheLeases(on: cache, time: ManualTime(), random: SeededRandom(seed: 12))
        // What its making has queued is written by then.
        try await cache.remove(make.key(9))
        plan.arm()
        await #expect(throws: Failure.self) { try await leases.take(make.key(1)) }
        plan.disarm()
        #expect(try await leases.take(make.key(1)) == false)
    }

    @Test("of many on two stores one holds a lease at a time") func exclusive() async throws {
        let processes = [try process(SystemTime(), seed: 13), try process(SystemTime(), seed: 14)]
        let room = Room()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let leases = processes[number % 2]
                    _ = try await leases.take(make.key(1))
                    room.enter()
                    await Task.yield()
                    room.leave()
                    await leases.giveBack(make.key(1))
                }
            }
            try await group.waitForAll()
        }
        #expect(room.most == 1)
    }
}

/// Counts who is in it at the same time.
private final class Room: Sendable {
    private let state = Mutex<(now: Int, most: Int)>((0, 0))

    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() {
        state.withLock { $0.now -= 1 }
    }
}
