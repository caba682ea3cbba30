public import PennyweightPipeline
public import PennyweightTime

/// Bounds the whole exchange in time, from the call to the last byte of the answer.
///
/// ```swift
/// Deadline(limit: .seconds(600), time: time)
/// ```
///
/// The earlier of the caller's deadline and `limit` counts, and stages further in see it in the context. When
/// it has passed, the work is cancelled and the call, or the read of the body, throws `Failure`
/// `deadlineExceeded`. An answer that is in memory already is not watched: there is nothing left to wait for.
public struct Deadline: Middleware {
    private let limit: Duration?
    private let time: any TimeSource
    private let alarms: Alarms

    public var place: Place { .deadline }

    /// `limit` is for every call; nil enforces only the deadlines that callers bring along.
    public init(limit: Duration?, time: any TimeSource) {
        self.limit = limit
        self.time = time
        alarms = Alarms(time: time)
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let now = time.instant()
        let ends = [context.deadline, limit.map { now + $0 }].compactMap { $0 }
        guard let deadline = ends.min() else { return try await next(request, context) }
        if deadline <= now { throw Deadline.exceeded(wasNeverSent: true) }
        var inner = context
        inner.deadline = deadline
        var response = try await alarms.bounded(
            until: deadline, failure: Deadline.exceeded(wasNeverSent: false)
        ) { [inner] in
            try await next(request, inner)
        }
        if response.body.bytes == nil {
            let reader = BoundedReader(
                try response.body.makeReader(), alarms: alarms, due: { _ in deadline },
                failure: { _ in Deadline.exceeded(wasNeverSent: false) })
            response.body = Body(once: reader, length: response.body.length)
        }
        return response
    }

    private static func exceeded(wasNeverSent: Bool) -> Failure {
        Failure(
            .deadlineExceeded,
            "The call's deadline has passed before the answer was complete; allow more time.",
            wasNeverSent: wasNeverSent)
    }
}
