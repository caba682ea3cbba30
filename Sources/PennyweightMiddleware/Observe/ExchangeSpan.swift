private import PennyweightLedger
internal import PennyweightTime
internal import Tracing

/// The span of one exchange, from the request to the end of the answer's body.
///
/// Attribute names are those of OpenTelemetry's semantic conventions for generative AI
/// (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>); our own begin with `pennyweight.`.
struct ExchangeSpan: Sendable {
    private let span: any Span
    private let time: any TimeSource

    init(_ exchange: Exchange, tracer: any Tracer, time: any TimeSource) {
        self.time = time
        let now = ExchangeSpan.instant(time.now())
        span = tracer.startSpan(
            ExchangeSpan.name(of: exchange, model: exchange.requestedModel),
            context: .current ?? .topLevel, ofKind: .client, at: now)
    }

    /// Runs work as a child of the span.
    func active<Result>(_ work: () async throws -> Result) async rethrows -> Result {
        try await ServiceContext.withValue(span.context, operation: work)
    }

    /// Ends the span with what is known at the end.
    func end(_ exchange: Exchange) {
        if span.isRecording {
            let usage = exchange.statement?.usage?.tokens
            let operation = ExchangeSpan.operation(of: exchange.route)
            span.updateAttributes { attributes in
                attributes["gen_ai.operation.name"] = operation
                attributes["gen_ai.provider.name"] = exchange.statement?.provider
                attributes["gen_ai.request.model"] = exchange.requestedModel
                attributes["gen_ai.response.model"] = exchange.statement?.model
                attributes["gen_ai.usage.input_tokens"] = usage?.input
                attributes["gen_ai.usage.output_tokens"] = usage?.output
                attributes["http.response.status_code"] = exchange.status.map(Int64.init)
                attributes["error.type"] = exchange.problem ?? exchange.errorStatus
                attributes["pennyweight.request.id"] = "\(exchange.id)"
                attributes["pennyweight.cache"] = exchange.cacheLabel
                attributes["pennyweight.attempts"] = exchange.attempts.map(Int64.init)
                attributes["pennyweight.cost.status"] = exchange.statement?.cost.status
                attributes["pennyweight.cost.usd"] = exchange.statement?.cost.exactAmount?.text
            }
        }
        if let problem = exchange.problem ?? exchange.errorStatus {
            span.setStatus(SpanStatus(code: .error, message: problem))
        }
        span.end(at: ExchangeSpan.instant(time.now()))
    }

    private static func name(of exchange: Exchange, model: String?) -> String {
        let operation = operation(of: exchange.route) ?? "\(exchange.method) \(exchange.route)"
        return model.map { "\(operation) \($0)" } ?? operation
    }

    /// The well-known operation of a route; nil for a route that isn't one.
    private static func operation(of route: String) -> String? {
        switch route {
        case "/chat/completions", "/responses": "chat"
        case "/completions": "text_completion"
        case "/embeddings": "embeddings"
        case "/images/generations", "/images/edits", "/images/variations": "generate_content"
        default: nil
        }
    }

    private static func instant(_ wall: PennyweightTime.Timestamp) -> DefaultTracerClock.Timestamp {
        DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: UInt64(max(0, wall.nanoseconds)))
    }
}

extension Exchange {
    /// The status as text if it is a server's error.
    fileprivate var errorStatus: String? {
        status.flatMap { $0 >= 500 ? "\($0)" : nil }
    }
}
