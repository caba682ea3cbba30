public import PennyweightPipeline
public import PennyweightTime

/// Bounds the silence of an upstream: before the answer's head, before its first chunk, and between two
/// chunks.
///
/// ```swift
/// IdleTimeout(IdleTimeoutPolicy(beforeFirst: .seconds(300), between: .seconds(60)), time: time)
/// ```
///
/// Only time in which somebody waits is silence: a caller that reads slowly is not the upstream's fault. Past
/// the bound the upstream is cancelled, and the call, or the read of the body, throws `Failure`
/// `idleTimeout`.
public struct IdleTimeout: Middleware {
    private let policy: IdleTimeoutPolicy
    private let time: any TimeSource
    private let alarms: Alarms

    public var place: Place { .idleTimeout }

    public init(_ policy: IdleTimeoutPolicy, time: any TimeSource) {
        self.policy = policy
        self.time = time
        alarms = Alarms(time: time)
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let policy = policy
        let time = time
        var response = try await alarms.bounded(
            until: time.instant() + policy.beforeFirst, failure: policy.silence(isFirst: true)
        ) {
            try await next(request, context)
        }
        if response.body.bytes == nil {
            let reader = BoundedReader(
                try response.body.makeReader(), alarms: alarms,
                due: { isFirst in time.instant() + (isFirst ? policy.beforeFirst : policy.between) },
                failure: { policy.silence(isFirst: $0) })
            response.body = Body(once: reader, length: response.body.length)
        }
        return response
    }
}
