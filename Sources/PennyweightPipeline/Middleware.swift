/// One stage of a ``Pipeline``: it sees a request on its way down and the response on its way up.
///
/// ```swift
/// struct Tag: Middleware {
///     let name: String
///     func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
///         var context = context
///         context.tags["team"] = name
///         return try await next(request, context)
///     }
/// }
/// ```
///
/// **What a stage may do with `next`.** Call it once, not at all (answer by itself), again (only if
/// `request.body.isReplayable`), or from another task: `Next` is escapable and stays valid.
///
/// **What it must do with bodies.** A body that can't be replayed has one reader: whoever reads it, replaces
/// it. A stage that wants to know what passes uses ``Body/watched(onChunk:onEnd:)`` instead of reading. It
/// never collects a response without a limit, and it never holds a stream back to look at its end.
///
/// **Cancellation.** Until the response is returned, the caller's task is cancelled if the caller goes away:
/// let `CancellationError` through, unchanged and unwrapped. Afterwards the caller drops or cancels the
/// body's reader; what must happen then is in `onEnd`, which must not block.
///
/// **Errors.** Throw what is created here; let the errors of `next` through as they are. Never turn a status
/// code into an error.
public protocol Middleware: Sendable {
    /// Where the stage belongs; ``Pipeline`` refuses an order that breaks a promise. `.anywhere` by default.
    var place: Place { get }

    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response
}

extension Middleware {
    public var place: Place { .anywhere }
}

/// The rest of the pipeline below a stage, down to the transport.
public struct Next: Sendable {
    private let send: @Sendable (Request, Context) async throws -> Response

    public init(_ send: @escaping @Sendable (Request, Context) async throws -> Response) {
        self.send = send
    }

    /// Sends the request through the rest of the pipeline; throws what that throws.
    public func callAsFunction(_ request: Request, _ context: Context) async throws -> Response {
        try await send(request, context)
    }
}
