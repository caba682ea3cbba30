private import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Tries a request again that failed in passing: an error of the network, or a status that another attempt
/// may turn into an answer.
///
/// ```swift
/// Retry(RetryPolicy(maximumAttempts: 3), time: time, random: random)
/// ```
///
/// Waits as long as `retry-after-ms` or `Retry-After` says, or with full jitter. Only a request whose body
/// can be replayed is sent again, and never after its answer was handed to the caller. When it gives up, the
/// last answer or error goes up unchanged. Cancelling ends it before the next sleep or attempt.
///
/// Before it waits, the attempts that failed are settled as absorbed; the ones that it gives up on are left
/// to the ``Verdict`` of a stage further out, if there is one, and stand as what they are if not.
public struct Retry: Middleware {
    private let policy: RetryPolicy
    private let time: any TimeSource
    private let random: any RandomSource
    private let refusals: (any RefusalReader)?

    public var place: Place { .retry }

    /// Makes the stage. Without `refusals`, statuses and header fields alone decide.
    public init(
        _ policy: RetryPolicy, time: any TimeSource, random: any RandomSource,
        refusals: (any RefusalReader)? = nil
    ) {
        self.policy = policy
        self.time = time
        self.random = random
        self.refusals = refusals
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let context = context.begun(at: time.instant())
        var attempts = 0
        var waited = Duration.zero
        while true {
            try Task.checkCancellation()
            attempts += 1
            var inner = context
            inner.attempt = context.attempt + attempts - 1
            let verdict = Verdict(under: context[AttemptVerdict.self])
            inner[AttemptVerdict.self] = verdict
            defer { verdict.leave() }
            let wait: Duration
            do {
                var response = try await next(request, inner)
                waited += response.facts.waited
                let pause = pause(after: .answered(response.head), attempts, request, context)
                guard let pause, await !isFinal(&response) else {
                    await verdict.stand()
                    response.facts.attempts = attempts
                    response.facts.waited = waited
                    return response
                }
                // Who left while the body was read gets no further attempt: this one was the last.
                try Task.checkCancellation()
                // Given up before the sleep, so that it doesn't hold its connection meanwhile.
                if !response.body.isReplayable { try? response.body.makeReader().cancel() }
                wait = pause
            } catch let error as CancellationError {
                throw error
            } catch {
                guard let pause = pause(after: .failed(error), attempts, request, context) else {
                    await verdict.stand()
                    throw error
                }
                wait = pause
            }
            await verdict.overrule(as: .absorbed)
            try await time.sleep(for: wait)
            waited += wait
        }
    }

    /// The most of an answer that is read to learn whether it is final; error answers are short.
    private static let refusalLimitBytes = 65_536

    /// Reads a short error answer; the caller gets it from memory then. What can't be read is not final.
    private func isFinal(_ response: inout Response) async -> Bool {
        guard let refusals, let length = response.body.length, length <= Retry.refusalLimitBytes,
            let body = try? await response.body.collect(upTo: Retry.refusalLimitBytes)
        else { return false }
        response.body = Body(body)
        return refusals.isFinal(body)
    }

    private func pause(
        after ending: RetryPolicy.Ending, _ attempts: Int, _ request: Request, _ context: Context
    ) -> Duration? {
        guard request.body.isReplayable else { return nil }
        let moment = RetryPolicy.Moment(
            attempts: attempts, now: time.now(), remaining: context.deadline.map { $0 - time.instant() },
            random: random.next())
        guard case .retry(let wait) = policy.decide(after: ending, at: moment) else { return nil }
        return wait
    }
}
