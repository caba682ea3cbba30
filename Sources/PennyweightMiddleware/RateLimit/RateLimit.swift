public import PennyweightPipeline
public import PennyweightTime

/// Lets requests pass at a rate, in the order in which they came.
///
/// ```swift
/// RateLimit(RateLimitPolicy(requests: 500, per: .seconds(60), burst: 20), time: time)
/// ```
///
/// A request waits for its turn if that comes within the policy's `maximumWait` and the caller's deadline;
/// else it is refused at once with `Failure` `rateLimited`, which says when to try again, and nothing is
/// drawn. Who is cancelled while it waits leaves the queue, and those behind move up. What was drawn for a
/// request that provably never left is put back.
public struct RateLimit: Middleware {
    private let policy: RateLimitPolicy
    private let queues: TurnQueues
    private let time: any TimeSource

    public var place: Place { .rateLimit }

    public init(_ policy: RateLimitPolicy, time: any TimeSource) {
        self.policy = policy
        self.time = time
        queues = TurnQueues(policy, time: time)
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let context = context.begun(at: time.instant())
        let lane = policy.scope == .account ? context.account : ""
        let waited = try await queues.turn(in: lane, deadline: context.deadline)
        if Task.isCancelled {
            queues.putBack(in: lane)
            throw CancellationError()
        }
        do {
            var response = try await next(request, context)
            response.facts.waited += waited
            return response
        } catch {
            // The provider has not counted it either.
            if (error as? Failure)?.wasNeverSent == true { queues.putBack(in: lane) }
            throw error
        }
    }
}
