public import HTTPTypes
public import PennyweightPipeline
private import Synchronization

/// A transport that answers by a script, one step per request, and keeps the requests that it got.
///
/// ```swift
/// let upstream = ScriptedTransport([.status(503), .answer(200, "{}")])
/// ```
public final class ScriptedTransport: Transport {
    /// What happens to one request.
    public enum Step: Sendable {
        /// An answer with a body in memory.
        case answer(Int, String, headers: HTTPFields = [:])
        /// An answer whose body follows a script.
        case body(Int, headers: HTTPFields = [:], @Sendable () -> any BodyReader)
        /// No answer.
        case fail(any Error)
        /// No answer until the task is cancelled.
        case hang
        /// Whatever the closure makes of the request.
        case custom(@Sendable (Request, Context) async throws -> Response)

        /// An answer without a body.
        public static func status(_ code: Int) -> Step { .answer(code, "") }
    }

    private struct State {
        var steps: [Step]
        var requests: [Request] = []
        var contexts: [Context] = []
    }

    private let state: Mutex<State>

    /// Answers the steps in order. A request after the last step is a failure of the test: it throws.
    public init(_ steps: [Step]) {
        state = Mutex(State(steps: steps))
    }

    /// The requests so far, in order.
    public var requests: [Request] { state.withLock { $0.requests } }
    public var contexts: [Context] { state.withLock { $0.contexts } }

    public func send(_ request: Request, context: Context) async throws -> Response {
        let step = state.withLock { state -> Step? in
            state.requests.append(request)
            state.contexts.append(context)
            return state.steps.isEmpty ? nil : state.steps.removeFirst()
        }
        switch step {
        case nil:
            throw Failure(.invalidRequest, "The script of this transport has no step left for a request.")
        case .answer(let code, let text, let headers):
            var response = Response(HTTPResponse.Status(code: code), body: Body(text))
            for field in headers {
                response.head.headerFields[values: field.name] = headers[values: field.name]
            }
            return response
        case .body(let code, let headers, let makeReader):
            let head = HTTPResponse(status: .init(code: code), headerFields: headers)
            return Response(head: head, body: Body(once: makeReader()))
        case .fail(let error):
            throw error
        case .hang:
            try await hangUntilCancelled()
        case .custom(let answer):
            return try await answer(request, context)
        }
    }
}
