public import PennyweightPipeline
public import PennyweightTime

/// Reads an answer to its end although its caller has gone: it is paid for, so it is worth knowing and
/// keeping.
///
/// ```swift
/// Drain(DrainPolicy(), tasks: background, time: time)
/// ```
///
/// A caller that is cancelled gets its `CancellationError` at once, wherever it waited, and a caller that
/// drops the body is free at once. What runs further in isn't cancelled: the rest is read in the background
/// up to the policy's limit in bytes and time, so that the cache stores the answer and the ledger knows its
/// cost exactly. Past the limit, or if `tasks` is full, the exchange is cancelled, and the stages further in
/// see an abandoned body. Without this stage they always do.
public struct Drain: Middleware {
    private let leftovers: Leftovers

    public var place: Place { .drain }

    /// `tasks` is waited for at shutdown by whoever made it.
    public init(_ policy: DrainPolicy, tasks: BackgroundTasks, time: any TimeSource) {
        leftovers = Leftovers(policy, tasks: tasks, time: time)
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        try Task.checkCancellation()
        let errand = Errand { try await next(request, context) }
        switch await errand.outcome() {
        case .left(let exchange):
            leftovers.finish(exchange)
            throw CancellationError()
        case .finished(let result):
            var response = try result.get()
            // What is in memory has been read to its end already.
            guard response.body.bytes == nil else { return response }
            let reader = DrainReader(try response.body.makeReader(), leftovers: leftovers)
            response.body = Body(once: reader, length: response.body.length)
            return response
        }
    }
}
