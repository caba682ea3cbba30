internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// The buckets, and who waits at each of them. Only the first in a queue sleeps; the others wait to become
/// first.
final class TurnQueues: Sendable {
    /// Buckets that are kept; beyond it those that are as good as new go, and then the fullest one.
    static let limit = 10_000

    private struct Waiter {
        let number: UInt64
        /// Resumed when it has become the first; nil until it waits for that.
        var continuation: CheckedContinuation<Void, Never>?
    }

    private struct Lane {
        var bucket: TokenBucket
        var queue: [Waiter] = []
    }

    private struct State {
        var lanes: [String: Lane] = [:]
        var nextNumber: UInt64 = 0
    }

    private let policy: RateLimitPolicy
    private let time: any TimeSource
    private let limit: Int
    private let state = Mutex(State())

    init(_ policy: RateLimitPolicy, time: any TimeSource, limit: Int = TurnQueues.limit) {
        self.policy = policy
        self.time = time
        self.limit = limit
    }

    /// How many buckets are kept.
    var count: Int { state.withLock { $0.lanes.count } }

    /// How many requests wait.
    var waiterCount: Int { state.withLock { $0.lanes.values.reduce(0) { $0 + $1.queue.count } } }

    /// Waits until a request may pass and draws for it; returns how long that took.
    ///
    /// Throws ``Failure`` `rateLimited` at once if the wait would be too long. Cancelling draws nothing.
    func turn(in name: String, deadline: MonotonicInstant?) async throws -> Duration {
        try Task.checkCancellation()
        let start = time.instant()
        guard let number = try enter(name, now: start, deadline: deadline) else { return .zero }
        do {
            await becomeFirst(name, number)
            while let wait = draw(name, number) { try await time.sleep(for: wait) }
            return time.instant() - start
        } catch {
            leave(name, number)
            throw error
        }
    }

    /// Puts back what ``turn(in:deadline:)`` drew.
    func putBack(in name: String) {
        state.withLock { $0.lanes[name]?.bucket.putBack() }
    }

    /// Draws at once and returns nil, or joins the queue and returns the waiter's number.
    private func enter(_ name: String, now: MonotonicInstant, deadline: MonotonicInstant?) throws -> UInt64? {
        try state.withLock { state in
            makeRoom(for: name, in: &state, now: now)
            var lane = state.lanes[name] ?? Lane(bucket: newBucket(now))
            defer { state.lanes[name] = lane }
            if lane.queue.isEmpty, lane.bucket.take(at: now) { return nil }
            let wait = lane.bucket.wait(forNext: lane.queue.count + 1, at: now)
            if wait > policy.maximumWait { throw refusal(name, wait) }
            if let deadline, now + wait >= deadline { throw refusal(name, wait) }
            let number = state.nextNumber
            state.nextNumber += 1
            lane.queue.append(Waiter(number: number))
            return number
        }
    }

    /// Returns when the waiter is the first of its queue, or its task is cancelled.
    private func becomeFirst(_ name: String, _ number: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard let index = TurnQueues.index(of: number, in: state.lanes[name]), index > 0 else {
                        return false
                    }
                    state.lanes[name]?.queue[index].continuation = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            leave(name, number)
        }
    }

    /// Draws for the first of the queue and lets it out; or says how long it has to wait.
    private func draw(_ name: String, _ number: UInt64) -> Duration? {
        let (wait, next) = state.withLock { state -> (Duration?, CheckedContinuation<Void, Never>?) in
            guard state.lanes[name]?.queue.first?.number == number else { return (.zero, nil) }
            let now = time.instant()
            if state.lanes[name]?.bucket.take(at: now) == true {
                return (nil, TurnQueues.remove(number, from: &state.lanes[name]))
            }
            return (state.lanes[name]?.bucket.wait(at: now), nil)
        }
        next?.resume()
        return wait
    }

    private func leave(_ name: String, _ number: UInt64) {
        let resumed = state.withLock { state in
            let index = TurnQueues.index(of: number, in: state.lanes[name])
            let own = index.flatMap { state.lanes[name]?.queue[$0].continuation }
            return [own, TurnQueues.remove(number, from: &state.lanes[name])]
        }
        for continuation in resumed { continuation?.resume() }
    }

    /// Takes a waiter out; returns the continuation of who is first because of that.
    private static func remove(_ number: UInt64, from lane: inout Lane?) -> CheckedContinuation<Void, Never>?
    {
        guard let index = index(of: number, in: lane) else { return nil }
        lane?.queue.remove(at: index)
        guard index == 0, lane?.queue.isEmpty == false else { return nil }
        return lane?.queue[0].continuation.take()
    }

    private static func index(of number: UInt64, in lane: Lane?) -> Int? {
        lane?.queue.firstIndex { $0.number == number }
    }

    private func makeRoom(for name: String, in state: inout State, now: MonotonicInstant) {
        guard state.lanes[name] == nil, state.lanes.count >= limit else { return }
        let idle = state.lanes.filter { $0.value.queue.isEmpty }
        var fullest: (name: String, missing: Duration)?
        for (name, var lane) in idle {
            let missing = lane.bucket.wait(forNext: max(1, policy.burst), at: now)
            if lane.bucket.isFull(at: now) {
                state.lanes[name] = nil
            } else if fullest.map({ missing < $0.missing }) ?? true {
                fullest = (name, missing)
            }
        }
        // Lanes with a queue stay: there are never more of them than requests that wait.
        if state.lanes.count >= limit, let fullest { state.lanes[fullest.name] = nil }
    }

    private func newBucket(_ now: MonotonicInstant) -> TokenBucket {
        TokenBucket(requests: policy.requests, per: policy.interval, burst: policy.burst, now: now)
    }

    private func refusal(_ name: String, _ wait: Duration) -> Failure {
        let whose = policy.scope == .account ? "account '\(name)'" : "all accounts together"
        return Failure(
            .rateLimited,
            "The local rate limit of \(policy.requests) requests per \(policy.interval) for \(whose) is used "
                + "up; the next turn is in \(wait). Try again then, or raise the limit.",
            wasNeverSent: true, retryAfter: wait)
    }
}
