private import HTTPTypes
private import Logging
public import Metrics
public import PennyweightPipeline
public import PennyweightTime
private import Synchronization
public import Tracing

/// Logs, counts and traces every exchange once, when its answer's body has ended.
///
/// ```swift
/// let observe = Observe(
///     time: SystemTime(), metrics: MetricsSystem.factory, tracer: InstrumentationSystem.tracer)
/// ```
///
/// There is exactly one line for every way out: complete, failed, cancelled, or a body that nobody reads to
/// its end. The line, the metrics and the span hold what ``Exchange`` does: never a body, a prompt or a
/// credential. If a caller leaves and the rest is read to learn the cost, the line doesn't wait for it: its
/// cost is `pending`, and the ledger has the line that counts.
public struct Observe: Middleware {
    private let policy: ObservePolicy
    private let time: any TimeSource
    private let meters: ExchangeMetrics
    private let tracer: any Tracer

    /// Makes the stage. The logger is the one of each call's context.
    public init(
        _ policy: ObservePolicy = ObservePolicy(), time: any TimeSource, metrics: any MetricsFactory,
        tracer: any Tracer
    ) {
        self.policy = policy
        self.time = time
        meters = ExchangeMetrics(factory: metrics)
        self.tracer = tracer
    }

    public var place: Place { .observe }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        let start = time.instant()
        let context = context.begun(at: start)
        let exchange = Exchange(of: request, context: context, route: policy.label, at: start)
        let span = ExchangeSpan(exchange, tracer: tracer, time: time)
        let observation = Observation(exchange, time: time) { [policy, meters] exchange in
            exchange.write(to: context.logger, level: policy.level(of: exchange))
            meters.count(exchange)
            span.end(exchange)
        }
        do {
            let response = try await span.active { try await next(request, context) }
            return try watch(response, with: observation)
        } catch {
            observation.end { $0.note(error) }
            throw error
        }
    }

    private func watch(_ response: Response, with observation: Observation) throws -> Response {
        var response = response
        observation.note(response)
        let length = response.body.length
        response.body = try response.body.watched { chunk in
            observation.count(chunk.count)
        } onEnd: { end in
            switch end {
            case .complete: observation.end { _ in }
            case .failed(let error): observation.end { $0.note(error) }
            case .abandoned(let rest):
                // Ending the rest first lets the stages inside end before this line is written.
                rest.adopt()?.cancel()
                observation.end { exchange in
                    // Who knows the length need not ask for the end.
                    if exchange.bytes != length { exchange.ending = .abandoned }
                }
            }
        }
        return response
    }
}

/// What is known of one exchange so far; reports it once.
private final class Observation: Sendable {
    private struct State {
        var exchange: Exchange
        var receipt: Receipt?
        var isOver = false
    }

    private let state: Mutex<State>
    private let time: any TimeSource
    private let report: @Sendable (Exchange) -> Void

    init(
        _ exchange: Exchange, time: any TimeSource, report: @escaping @Sendable (Exchange) -> Void
    ) {
        state = Mutex(State(exchange: exchange))
        self.time = time
        self.report = report
    }

    func note(_ response: Response) {
        state.withLock { state in
            state.exchange.note(response)
            state.receipt = response.facts[ReceiptFact.self]
        }
    }

    func count(_ bytes: Int) {
        state.withLock { state in
            if state.exchange.bytes == 0 {
                state.exchange.timeToFirstByte = time.instant() - state.exchange.startedAt
            }
            state.exchange.bytes += bytes
        }
    }

    func end(_ conclude: (inout Exchange) -> Void) {
        let final = state.withLock { state -> Exchange? in
            guard !state.isOver else { return nil }
            state.isOver = true
            conclude(&state.exchange)
            state.exchange.duration = time.instant() - state.exchange.startedAt
            state.exchange.statement = state.receipt?.statement
            state.exchange.isUnsettled = state.receipt != nil && state.exchange.statement == nil
            return state.exchange
        }
        if let final { report(final) }
    }
}
