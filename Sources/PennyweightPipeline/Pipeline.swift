/// Stages in front of a transport, linked once. A pipeline is itself a transport.
///
/// ```swift
/// let pipeline = Pipeline(to: transport) {
///     Deadline(limit: .seconds(600), time: time)
///     Retry(policy, time: time, random: random)
/// }
/// ```
///
/// The first stage listed is the outermost. Sending costs one existential call per stage and allocates
/// nothing.
public struct Pipeline: Transport, CustomStringConvertible {
    private let first: Next
    private let stages: [String]

    /// Links the stages in front of the transport.
    ///
    /// Traps with the reason if their order breaks a promise (see ``Place``); ``problem(in:)`` asks first.
    public init(to transport: any Transport, @PipelineBuilder _ stages: () -> [any Middleware]) {
        self.init(to: transport, stages: stages())
    }

    /// Links stages that are in an array; traps as the other initialiser does.
    public init(to transport: any Transport, stages: [any Middleware]) {
        if let problem = Pipeline.problem(in: stages) { preconditionFailure(problem) }
        var next = Next { request, context in try await transport.send(request, context: context) }
        for stage in stages.reversed() {
            let inner = next
            next = Next { request, context in
                try await stage.intercept(request, context: context, next: inner)
            }
        }
        first = next
        self.stages = (stages.map { "\(type(of: $0))" }) + ["\(type(of: transport))"]
    }

    public func send(_ request: Request, context: Context) async throws -> Response {
        try await first(request, context)
    }

    /// The stages in order, outermost first, and the transport: `Observe → Cache → Retry →
    /// HTTPClientTransport`.
    public var description: String { stages.joined(separator: " → ") }

    /// Says which two stages stand in an order that breaks a promise; nil if none do.
    public static func problem(in stages: [any Middleware]) -> String? {
        var outer: (any Middleware)?
        for stage in stages where stage.place != .anywhere {
            if let outer, stage.place < outer.place {
                return
                    "'\(type(of: stage))' stands inside '\(type(of: outer))'; put it outside: the order is "
                    + Place.allCases.dropLast().map { "\($0)" }.joined(separator: ", ") + "."
            }
            outer = stage
        }
        return nil
    }
}

/// Collects the stages of a ``Pipeline``, with `if`, `if else`, `switch` and `for`.
@resultBuilder
public enum PipelineBuilder {
    public static func buildExpression(_ stage: any Middleware) -> [any Middleware] { [stage] }
    public static func buildExpression(_ stages: [any Middleware]) -> [any Middleware] { stages }
    public static func buildBlock(_ stages: [any Middleware]...) -> [any Middleware] { stages.flatMap { $0 } }
    public static func buildOptional(_ stages: [any Middleware]?) -> [any Middleware] { stages ?? [] }
    public static func buildEither(first stages: [any Middleware]) -> [any Middleware] { stages }
    public static func buildEither(second stages: [any Middleware]) -> [any Middleware] { stages }
    public static func buildArray(_ stages: [[any Middleware]]) -> [any Middleware] { stages.flatMap { $0 } }
}
