import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

struct BackoffTests {
    @Test("the ceiling doubles from the base up to the cap")
    func ceiling() {
        let backoff = Backoff(base: .milliseconds(500), cap: .seconds(8))
        let ceilings = (1...7).map { backoff.ceiling(afterAttempt: $0).milliseconds }
        #expect(ceilings == [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
        #expect(backoff.ceiling(afterAttempt: .max) == .seconds(8))
        #expect(backoff.ceiling(afterAttempt: 0) == .milliseconds(500))
        #expect(Backoff(base: .seconds(10), cap: .seconds(8)).ceiling(afterAttempt: 1) == .seconds(8))
        #expect(Backoff(base: .seconds(3), cap: .seconds(8)).ceiling(afterAttempt: 3) == .seconds(8))
    }

    @Test("the jitter reaches from nothing to the ceiling")
    func jitter() {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(8))
        #expect(backoff.wait(afterAttempt: 1, random: 0) == .zero)
        #expect(backoff.wait(afterAttempt: 1, random: .max) == .seconds(1))
        #expect(backoff.wait(afterAttempt: 2, random: .max / 2).milliseconds == 1_000)
    }

    @Test("waits are never beyond the ceiling and spread over all of it", arguments: [1, 7, 42] as [UInt64])
    func spread(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let backoff = Backoff()
        var quarters = [0, 0, 0, 0]
        for _ in 0..<4_000 {
            let wait = backoff.wait(afterAttempt: 3, random: random.next())
            #expect(wait >= .zero && wait <= .seconds(2), "seed \(seed)")
            quarters[min(3, Int(wait.milliseconds / 500))] += 1
        }
        for quarter in quarters { #expect(quarter > 850 && quarter < 1_150, "seed \(seed)") }
    }
}

struct RetryAdviceTests {
    private let now = Timestamp(seconds: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    private func wait(_ fields: HTTPFields) -> Duration? { RetryAdvice(fields, now: now).wait }

    @Test("seconds, decimals of seconds, and milliseconds")
    func numbers() {
        #expect(wait([.retryAfter: "2"]) == .seconds(2))
        #expect(wait([.retryAfter: "0.25"]) == .milliseconds(250))
        #expect(wait([.retryAfterMilliseconds: "1500"]) == .milliseconds(1_500))
        #expect(wait([.retryAfterMilliseconds: "0.5"]) == .microseconds(500))
        #expect(wait([.retryAfterMilliseconds: "20", .retryAfter: "9"]) == .milliseconds(20))
        #expect(wait([.retryAfterMilliseconds: "soon", .retryAfter: "9"]) == .seconds(9))
    }

    @Test("a date, relative to the wall clock")
    func date() {
        #expect(wait([.retryAfter: "Sun, 06 Nov 1994 08:50:07 GMT"]) == .seconds(30))
        #expect(wait([.retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"]) == nil)
        #expect(wait([.retryAfter: "Sun, 06 Nov 1994 08:00:00 GMT"]) == nil)
    }

    @Test(
        "what can't be read says nothing",
        arguments: [
            "", "soon", "-1", "1e3", ".5", "1.", "0", "0.0", "+3", "1 2", "NaN",
            "Sunday, 06-Nov-94 08:50:37 GMT",
            "Sun, 32 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:50:37 UTC",
            "Sun, 6 Nov 1994 08:50:37 GMT", "Sun, 06 nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:50 GMT",
        ])
    func unreadable(text: String) {
        #expect(wait([.retryAfter: text]) == nil)
    }

    @Test("a number of any size saturates")
    func huge() {
        #expect(wait([.retryAfter: String(repeating: "9", count: 400)]) == .seconds(366 * 86_400))
    }

    @Test("x-should-retry is true, false, or not said")
    func shouldRetry() {
        #expect(RetryAdvice([.xShouldRetry: "true"], now: now).shouldRetry == true)
        #expect(RetryAdvice([.xShouldRetry: "false"], now: now).shouldRetry == false)
        #expect(RetryAdvice([.xShouldRetry: "maybe"], now: now).shouldRetry == nil)
        #expect(RetryAdvice([:], now: now).shouldRetry == nil)
        #expect(HTTPField.Name.xShouldRetry.canonicalName == "x-should-retry")
        #expect(HTTPField.Name.retryAfterMilliseconds.canonicalName == "retry-after-ms")
    }

    @Test(
        "dates of leap days and of the ends of months",
        arguments: [
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_800),
        ] as [(String, Int64)])
    func dates(text: String, seconds: Int64) {
        #expect(HTTPDate.timestamp(text)?.seconds == seconds)
    }
}

struct RetryPolicyTests {
    private let policy = RetryPolicy()

    private func decide(
        _ ending: RetryPolicy.Ending, attempts: Int = 1, remaining: Duration? = nil
    ) -> RetryPolicy.Decision {
        policy.decide(
            after: ending,
            at: .init(attempts: attempts, now: Timestamp(seconds: 0), remaining: remaining, random: .max))
    }

    private func answered(_ status: Int, _ fields: HTTPFields = [:]) -> RetryPolicy.Ending {
        .answered(HTTPResponse(status: .init(code: status), headerFields: fields))
    }

    @Test("statuses that pass are retried", arguments: [408, 409, 429, 500, 502, 503, 504, 529])
    func transient(status: Int) {
        #expect(decide(answered(status)) == .retry(after: .milliseconds(500)))
    }

    @Test("other statuses stand", arguments: [200, 204, 301, 400, 401, 402, 403, 404, 413, 422, 501, 505])
    func final(status: Int) {
        #expect(decide(answered(status)) == .stand)
    }

    @Test("x-should-retry goes before the status, but never turns a success into a retry")
    func shouldRetry() {
        #expect(decide(answered(400, [.xShouldRetry: "true"])) == .retry(after: .milliseconds(500)))
        #expect(decide(answered(503, [.xShouldRetry: "false"])) == .stand)
        #expect(decide(answered(200, [.xShouldRetry: "true"])) == .stand)
    }

    @Test("the last attempt stands")
    func attempts() {
        #expect(decide(answered(500), attempts: 2) == .retry(after: .seconds(1)))
        #expect(decide(answered(500), attempts: 3) == .stand)
    }

    @Test("Retry-After is heeded up to two minutes; a longer one is for the caller")
    func retryAfter() {
        #expect(decide(answered(429, [.retryAfter: "7"])) == .retry(after: .seconds(7)))
        #expect(decide(answered(429, [.retryAfter: "120"])) == .retry(after: .seconds(120)))
        #expect(decide(answered(429, [.retryAfter: "120.001"])) == .stand)
    }

    @Test("a wait that ends at the deadline or after it is not begun")
    func deadline() {
        #expect(
            decide(answered(429, [.retryAfter: "7"]), remaining: .seconds(8)) == .retry(after: .seconds(7)))
        #expect(decide(answered(429, [.retryAfter: "7"]), remaining: .seconds(7)) == .stand)
        #expect(decide(answered(500), remaining: .milliseconds(-1)) == .stand)
    }

    @Test(
        "errors of the network are retried",
        arguments: [Failure.Code.connectionFailed, .connectionLost, .idleTimeout])
    func network(code: Failure.Code) {
        #expect(decide(.failed(Failure(code, ""))) == .retry(after: .milliseconds(500)))
    }

    @Test(
        "what a stage refused, and what is not known, stands",
        arguments: [
            Failure.Code.rateLimited, .overBudget, .unpriced, .ledgerUnavailable, .deadlineExceeded,
            .invalidRequest,
            .invalidAnswer, .shuttingDown, .bodyAlreadyRead,
        ])
    func refused(code: Failure.Code) {
        #expect(decide(.failed(Failure(code, ""))) == .stand)
        #expect(decide(.failed(CancellationError())) == .stand)
    }
}
