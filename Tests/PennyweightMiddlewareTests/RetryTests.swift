import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite(.timeLimit(.minutes(5)))
struct RetryTests {
    private let time = ManualTime()
    private let log = StageLog()

    private func retry(_ policy: RetryPolicy = RetryPolicy()) -> Retry {
        Retry(policy, time: time, random: SeededRandom(seed: 1))
    }

    /// Sends a request and lets time pass whenever the stage sleeps.
    private func send(
        _ steps: [ScriptedTransport.Step], request: Request = Stages.post(),
        deadline: MonotonicInstant? = nil,
        sleeps: [Duration] = []
    ) async throws -> (Response, ScriptedTransport) {
        let upstream = ScriptedTransport(steps)
        let pipeline = Pipeline(to: upstream) { retry() }
        let task = Task { try await pipeline.send(request, context: Stages.context(deadline: deadline)) }
        for sleep in sleeps {
            await time.waitForSleepers(1)
            time.advance(by: sleep)
        }
        return (try await task.value, upstream)
    }

    private let wait: HTTPFields = [.retryAfter: "2"]

    @Test("an answer is returned as it is, after one attempt")
    func success() async throws {
        let (response, upstream) = try await send([.answer(200, "{}")])
        #expect(response.facts.attempts == 1)
        #expect(response.facts.waited == .zero)
        #expect(upstream.contexts.map(\.attempt) == [1])
    }

    @Test(
        "a status that passes is tried again, with the attempt's number, and the time waited is told"
    )
    func again() async throws {
        let (response, upstream) = try await send(
            [
                .answer(503, "", headers: wait), .answer(429, "", headers: [.retryAfterMilliseconds: "500"]),
                .answer(200, "{}"),
            ],
            sleeps: [.seconds(2), .milliseconds(500)])
        #expect(response.status == .ok)
        #expect(response.facts.attempts == 3)
        #expect(response.facts.waited == .milliseconds(2_500))
        #expect(upstream.contexts.map(\.attempt) == [1, 2, 3])
        #expect(upstream.requests.map(\.body.bytes) == Array(repeating: Stages.bytes("{}"), count: 3))
    }

    @Test("the last answer goes up with its headers and its body")
    func exhausted() async throws {
        let steps = (1...3).map { ScriptedTransport.Step.answer(503, "\($0)", headers: wait) }
        let (response, _) = try await send(steps, sleeps: [.seconds(2), .seconds(2)])
        #expect(response.status.code == 503)
        #expect(response.head.headerFields[.retryAfter] == "2")
        #expect(try await Stages.text(response.body) == "3")
        #expect(response.facts.attempts == 3)
    }

    @Test("a wait that is too long, or passes the deadline, is left to the caller")
    func tooLong() async throws {
        let (long, _) = try await send([.answer(429, "", headers: [.retryAfter: "3600"])])
        #expect(long.head.headerFields[.retryAfter] == "3600")
        #expect(long.facts.attempts == 1)
        let (late, _) = try await send(
            [.answer(429, "", headers: wait)], deadline: time.instant() + .seconds(1))
        #expect(late.status.code == 429)
    }

    @Test("a body that can't be replayed is sent once")
    func notReplayable() async throws {
        var request = Stages.post()
        request.body = Body(once: ScriptedReader(chunks: ["{}"]))
        let (response, upstream) = try await send([.status(503)], request: request)
        #expect(response.status.code == 503)
        #expect(upstream.requests.count == 1)
    }

    @Test("the last error is thrown unchanged")
    func errors() async throws {
        let upstream = ScriptedTransport([
            .fail(Failure(.connectionLost, "First.", retryAfter: .seconds(1))),
            .fail(Failure(.connectionFailed, "Second.", retryAfter: .seconds(1))),
            .fail(Failure(.connectionLost, "Third.")),
        ])
        let pipeline = Pipeline(to: upstream) { retry() }
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        for _ in 1...2 {
            await time.waitForSleepers(1)
            time.advance(by: .seconds(1))
        }
        await #expect { try await task.value } throws: { ($0 as? Failure)?.message == "Third." }
        #expect(upstream.requests.count == 3)
    }

    @Test("the body of a failed attempt is given up before the wait")
    func dropsBodies() async throws {
        let upstream = ScriptedTransport([
            .body(503, headers: wait) { [log] in
                ScriptedReader([.chunk([1])]) { log.add("cancelled") }
            }, .status(200),
        ])
        let pipeline = Pipeline(to: upstream) { retry() }
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        #expect(log.events == ["cancelled"])
        time.advance(by: .seconds(2))
        #expect(try await task.value.status == .ok)
    }

    @Test("cancelling ends the sleep, and nothing more is sent")
    func cancelled() async throws {
        let upstream = ScriptedTransport([.answer(503, "", headers: wait), .status(200)])
        let pipeline = Pipeline(to: upstream) { retry() }
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        task.cancel()
        await expect("CancellationError") { _ = try await task.value }
        #expect(upstream.requests.count == 1)
    }

    @Test("cancelling within an attempt is not retried")
    func cancelledAttempt() async throws {
        let upstream = ScriptedTransport([.fail(CancellationError()), .status(200)])
        let pipeline = Pipeline(to: upstream) { retry() }
        let error = await stageError {
            _ = try await pipeline.send(Stages.post(), context: Stages.context())
        }
        #expect(error == "CancellationError")
        #expect(upstream.requests.count == 1)
    }

    @Test("what inner stages waited counts, for failed attempts as well")
    func waited() async throws {
        let upstream = ScriptedTransport([
            .custom { _, _ in
                var response = Response(.serviceUnavailable)
                response.head.headerFields[.retryAfter] = "2"
                response.facts.waited = .seconds(3)
                return response
            },
            .custom { _, _ in
                var response = Response(.ok)
                response.facts.waited = .seconds(4)
                return response
            },
        ])
        let pipeline = Pipeline(to: upstream) { retry() }
        let task = Task { try await pipeline.send(Stages.post(), context: Stages.context()) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(2))
        #expect(try await task.value.facts.waited == .seconds(9))
    }
}
