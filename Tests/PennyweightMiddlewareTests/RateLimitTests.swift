import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

/// The same bucket with fractions as pairs of big integers: the level in requests is `numerator / interval`,
/// and nothing is ever divided.
private struct NaiveBucket {
    let requests: Int128
    let interval: Int128
    let burst: Int128
    /// Instants at which a request passed, with the level after it.
    var numerator: Int128
    var at: Int128 = 0

    init(requests: Int, interval: Int64, burst: Int) {
        self.requests = Int128(requests)
        self.interval = Int128(interval)
        self.burst = Int128(burst)
        numerator = self.burst * self.interval
    }

    mutating func take(at now: Int64) -> Bool {
        // Nanosecond by nanosecond, as the definition says, in at most a few steps beyond full.
        while at < Int128(now), numerator < burst * interval {
            numerator = min(burst * interval, numerator + requests)
            at += 1
        }
        at = Int128(now)
        guard numerator >= interval else { return false }
        numerator -= interval
        return true
    }
}

/// A bucket whose changes an expectation may contain.
private final class Probe {
    private(set) var bucket: TokenBucket

    init(_ bucket: TokenBucket) {
        self.bucket = bucket
    }

    init(requests: Int, per interval: Duration, burst: Int, now: Int64) {
        let start = MonotonicInstant(nanoseconds: now)
        bucket = TokenBucket(requests: requests, per: interval, burst: burst, now: start)
    }

    func take(at now: Int64) -> Bool { bucket.take(at: MonotonicInstant(nanoseconds: now)) }
    func isFull(at now: Int64) -> Bool { bucket.isFull(at: MonotonicInstant(nanoseconds: now)) }
    func putBack() { bucket.putBack() }

    func wait(forNext count: Int = 1, at now: Int64) -> Duration {
        bucket.wait(forNext: count, at: MonotonicInstant(nanoseconds: now))
    }
}

@Suite(.timeLimit(.minutes(5)))
struct TokenBucketTests {
    @Test("a burst passes at once, then one request per share of the interval")
    func burst() {
        let bucket = Probe(requests: 3, per: .seconds(1), burst: 2, now: 0)
        #expect(bucket.take(at: 0))
        #expect(bucket.take(at: 0))
        #expect(!bucket.take(at: 0))
        // A third of a second is not a whole number of nanoseconds; rounding down would let one through
        // early.
        #expect(bucket.wait(at: 0) == .nanoseconds(333_333_334))
        #expect(!bucket.take(at: 333_333_333))
        #expect(bucket.take(at: 333_333_334))
        // The rounded part isn't lost: three requests take exactly one second.
        #expect(bucket.take(at: 666_666_667))
        #expect(bucket.take(at: 1_000_000_000))
        #expect(!bucket.take(at: 1_000_000_000))
    }

    @Test("a pause fills it up to the burst and no further, however long")
    func pause() {
        let bucket = Probe(requests: 1, per: .nanoseconds(10), burst: 2, now: 0)
        #expect(bucket.isFull(at: 0))
        for _ in 0..<2 { #expect(bucket.take(at: 0)) }
        #expect(!bucket.isFull(at: 19))
        #expect(bucket.isFull(at: 20))
        for _ in 0..<2 { #expect(bucket.take(at: Int64.max)) }
        #expect(!bucket.take(at: Int64.max))
    }

    @Test("what is put back can be taken again, and never makes it more than full")
    func putBack() {
        let bucket = Probe(requests: 1, per: .seconds(1), burst: 1, now: 0)
        #expect(bucket.take(at: 0))
        bucket.putBack()
        bucket.putBack()
        #expect(bucket.take(at: 0))
        #expect(!bucket.take(at: 0))
    }

    @Test("a clock that stands still or goes back fills nothing")
    func backwards() {
        let bucket = Probe(requests: 1, per: .nanoseconds(1), burst: 1, now: 100)
        #expect(bucket.take(at: 100))
        #expect(!bucket.take(at: 50))
        #expect(!bucket.take(at: 100))
        #expect(bucket.take(at: 101))
    }

    @Test("extreme settings neither trap nor wrap")
    func extremes() {
        let bucket = Probe(requests: .max, per: .nanoseconds(Int64.max), burst: .max, now: .min)
        #expect(bucket.take(at: Int64.max))
        let slow = Probe(requests: 0, per: .zero, burst: 0, now: 0)
        #expect(slow.take(at: 0))
        let long = Probe(requests: 1, per: .nanoseconds(Int64.max), burst: 1, now: 0)
        #expect(long.take(at: 0))
        #expect(long.wait(forNext: 1_000, at: 0) == .nanoseconds(Int64.max))
    }

    @Test("it agrees with the naive model", arguments: 1...40 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let requests = Int(random.next(below: 9)) + 1
        let interval = Int64(random.next(below: 400)) + 1
        let burst = Int(random.next(below: 5)) + 1
        let bucket = Probe(requests: requests, per: .nanoseconds(interval), burst: burst, now: 0)
        var naive = NaiveBucket(requests: requests, interval: interval, burst: burst)
        var now: Int64 = 0
        for step in 0..<2_000 {
            now += Int64(random.next(below: random.next(below: 4) == 0 ? 500 : 20))
            let wait = bucket.wait(at: now).nanoseconds
            let passes = bucket.take(at: now)
            let expected = naive.take(at: now)
            #expect(passes == expected, "seed \(seed), step \(step)")
            #expect(passes == (wait == 0), "seed \(seed), step \(step)")
            if wait > 0 {
                // The wait is the shortest one that is enough.
                let early = Probe(bucket.bucket)
                let due = Probe(bucket.bucket)
                #expect(!early.take(at: now + wait - 1), "seed \(seed), step \(step)")
                #expect(due.take(at: now + wait), "seed \(seed), step \(step)")
            }
        }
    }

    @Test("no window ever lets more pass than the burst and the rate", arguments: [1, 2, 3] as [UInt64])
    func windows(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let bucket = Probe(requests: 5, per: .nanoseconds(1_000), burst: 3, now: 0)
        var passed: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<3_000 {
            now += Int64(random.next(below: 60))
            if bucket.take(at: now) { passed.append(now) }
        }
        for (index, start) in passed.enumerated() {
            let inside = passed[index...].prefix { $0 < start + 10_000 }.count
            #expect(inside <= 3 + 50, "seed \(seed)")
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct RateLimitTests {
    private let time = ManualTime()
    private let log = StageLog()
    private let policy = RateLimitPolicy(requests: 1, per: .seconds(1), burst: 1, maximumWait: .seconds(3))

    private func pipeline(_ count: Int, _ policy: RateLimitPolicy? = nil) -> (Pipeline, ScriptedTransport) {
        let upstream = ScriptedTransport(Array(repeating: .answer(200, "{}"), count: count))
        return (Pipeline(to: upstream) { RateLimit(policy ?? self.policy, time: time) }, upstream)
    }

    @Test("within the burst nobody waits")
    func burst() async throws {
        let (pipeline, _) = pipeline(2, RateLimitPolicy(requests: 1, per: .seconds(1), burst: 2))
        for _ in 1...2 {
            let response = try await pipeline.send(Stages.post(), context: Stages.context())
            #expect(response.facts.waited == .zero)
        }
        #expect(time.sleeperCount == 0)
    }

    @Test("a request waits for its turn and says how long")
    func waits() async throws {
        let (pipeline, _) = pipeline(2)
        _ = try await pipeline.send(Stages.post(), context: Stages.context())
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        #expect(try await task.value.facts.waited == .seconds(1))
    }

    @Test("who would wait for too long is refused at once, told when to come back, and draws nothing")
    func refused() async throws {
        let short = RateLimitPolicy(requests: 1, per: .seconds(10), burst: 1, maximumWait: .seconds(3))
        let (pipeline, upstream) = pipeline(2, short)
        _ = try await pipeline.send(Stages.post(), context: Stages.context(account: "a"))
        for _ in 1...5 {
            do {
                _ = try await pipeline.send(Stages.post(), context: Stages.context(account: "a"))
                Issue.record("It passed.")
            } catch {
                let failure = error as? Failure
                #expect(failure?.code == .rateLimited)
                #expect(failure?.retryAfter == .seconds(10))
                #expect(failure?.wasNeverSent == true)
                #expect(failure?.message.contains("account 'a'") == true)
            }
        }
        time.advance(by: .seconds(10))
        _ = try await pipeline.send(Stages.post(), context: Stages.context(account: "a"))
        #expect(upstream.requests.count == 2)
    }

    @Test("who would wait past its deadline is refused at once")
    func deadline() async throws {
        let (pipeline, _) = pipeline(1)
        _ = try await pipeline.send(Stages.post(), context: Stages.context())
        let error = await stageError {
            let context = Stages.context(deadline: time.instant() + .milliseconds(500))
            _ = try await pipeline.send(Stages.post(), context: context)
        }
        #expect(error == "rate_limited")
    }

    @Test("accounts don't wait for each other, unless they share a bucket")
    func scope() async throws {
        let (own, _) = pipeline(2)
        for account in ["a", "b"] {
            _ = try await own.send(Stages.post(), context: Stages.context(account: account))
        }
        let shared = RateLimitPolicy(
            requests: 1, per: .seconds(100), burst: 1, scope: .everyone, maximumWait: .seconds(1))
        let (together, _) = pipeline(2, shared)
        _ = try await together.send(Stages.post(), context: Stages.context(account: "a"))
        let error = await stageError {
            _ = try await together.send(Stages.post(), context: Stages.context(account: "b"))
        }
        #expect(error == "rate_limited")
    }

    /// Starts requests that wait, one after the other, and notes when each passes.
    private func line(_ names: [String], in queues: TurnQueues) async -> [String: Task<Void, any Error>] {
        var tasks: [String: Task<Void, any Error>] = [:]
        for (index, name) in names.enumerated() {
            tasks[name] = Task { [log] in
                _ = try await queues.turn(in: "", deadline: nil)
                log.add(name)
            }
            #expect(await Stages.eventually { queues.waiterCount == index + 1 })
        }
        return tasks
    }

    @Test("turns come in the order of arrival, with one sleeper")
    func fairness() async throws {
        let queues = TurnQueues(policy, time: time)
        _ = try await queues.turn(in: "", deadline: nil)
        let tasks = await line(["a", "b", "c"], in: queues)
        for count in 1...3 {
            await time.waitForSleepers(1)
            #expect(time.sleeperCount == 1)
            time.advance(by: .seconds(1))
            #expect(await Stages.eventually { log.events.count == count })
        }
        for task in tasks.values { try await task.value }
        #expect(log.events == ["a", "b", "c"])
    }

    @Test("who is cancelled leaves the queue, and those behind move up", arguments: ["a", "b"])
    func cancelled(name: String) async throws {
        let queues = TurnQueues(policy, time: time)
        _ = try await queues.turn(in: "", deadline: nil)
        let tasks = await line(["a", "b", "c"], in: queues)
        await time.waitForSleepers(1)
        tasks[name]?.cancel()
        await expect("CancellationError") { try await tasks[name]?.value }
        let rest = ["a", "b", "c"].filter { $0 != name }
        for count in 1...2 {
            await time.waitForSleepers(1)
            time.advance(by: .seconds(1))
            #expect(await Stages.eventually { log.events.count == count })
        }
        for name in rest { try await tasks[name]?.value }
        #expect(log.events == rest)
    }

    @Test(
        "with random arrivals and cancellations all turns are handed out, in order",
        arguments: [1, 2, 3] as [UInt64])
    func churn(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let generous = RateLimitPolicy(requests: 1, per: .seconds(1), burst: 1, maximumWait: .seconds(10_000))
        let queues = TurnQueues(generous, time: time)
        _ = try await queues.turn(in: "", deadline: nil)
        let names = (0..<60).map { "\($0)" }
        let tasks = await line(names, in: queues)
        let left = names.filter { _ in random.next(below: 3) == 0 }
        for name in left { tasks[name]?.cancel() }
        for name in left {
            #expect(await stageError { try await tasks[name]?.value } == "CancellationError", "seed \(seed)")
        }
        let stayed = names.filter { !left.contains($0) }
        for count in 1...stayed.count {
            await time.waitForSleepers(1)
            time.advance(by: .seconds(1))
            #expect(await Stages.eventually { log.events.count == count }, "seed \(seed)")
        }
        #expect(log.events == stayed, "seed \(seed)")
        #expect(queues.waiterCount == 0)
    }

    @Test("what provably never left is put back, what may have left is not")
    func putBack() async throws {
        let upstream = ScriptedTransport([
            .fail(Failure(.connectionFailed, "", wasNeverSent: true)), .fail(Failure(.connectionLost, "")),
        ])
        let long = RateLimitPolicy(requests: 1, per: .seconds(100), burst: 1, maximumWait: .seconds(1))
        let pipeline = Pipeline(to: upstream) { RateLimit(long, time: time) }
        var errors: [String?] = []
        for _ in 1...3 {
            errors.append(
                await stageError { _ = try await pipeline.send(Stages.post(), context: Stages.context()) })
        }
        #expect(errors == ["connection_failed", "connection_lost", "rate_limited"])
    }

    @Test("the table is bounded: full buckets go first, then the fullest")
    func bounded() async throws {
        let queues = TurnQueues(policy, time: time, limit: 3)
        for name in ["a", "b", "c"] { _ = try await queues.turn(in: name, deadline: nil) }
        time.advance(by: .milliseconds(500))
        _ = try await queues.turn(in: "d", deadline: nil)
        #expect(queues.count == 3)
        time.advance(by: .seconds(2))
        _ = try await queues.turn(in: "e", deadline: nil)
        #expect(queues.count == 1)
    }
}
