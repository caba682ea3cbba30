#if Gateway
internal import HTTPTypes
internal import Hummingbird
private import Logging
private import PennyweightLedger
private import PennyweightMiddleware
private import PennyweightOpenAI
internal import PennyweightPipeline
private import Synchronization

extension GatewayResponder {
    /// Reads and checks a command, and describes its end user in the context.
    func sent(
        _ target: String, _ request: Hummingbird.Request, _ call: inout PennyweightPipeline.Context,
        isForm: Bool, _ trail: CommandTrail
    ) async throws -> PennyweightPipeline.Request {
        let body = try await RequestMapping.body(of: request, upTo: configuration.limits.requestBytes)
        let sent = RequestMapping.request(.post, target, from: request.headers, body: body, isForm: isForm)
        trail.read(sent)
        // What is in a form is for the provider to say.
        if !isForm { try CommandBody.check(body, route: sent.path) }
        try RequestMapping.describeUser(&call, from: request.headers, body: body)
        trail.described(call)
        return sent
    }

    /// Notes the session and the trace of a call, if its caller names one.
    func noteOrigin(of call: PennyweightPipeline.Context, _ fields: HTTPFields) {
        guard let stores else { return }
        let named = { (name: String) in HTTPField.Name(name).flatMap { fields[$0] } }
        let session = CallerTrace.session(named(CallerTrace.sessionHeader))
        let trace = CallerTrace.trace(named("traceparent"))
        guard session != nil || trace != nil else { return }
        let logger = call.logger
        stores.notes.enqueue(CallOrigin(callID: call.id, session: session, trace: trace)) { error in
            logger.warning("Where a call belongs can't be noted.", metadata: ["error": "\(error)"])
        }
    }
}

/// What was learned of a command on its way, for the case that it is refused.
final class CommandTrail: Sendable {
    private struct State {
        var call: PennyweightPipeline.Context
        var request: PennyweightPipeline.Request?
    }

    private let state: Mutex<State>

    init(_ call: PennyweightPipeline.Context) {
        state = Mutex(State(call: call))
    }

    func described(_ call: PennyweightPipeline.Context) {
        state.withLock { $0.call = call }
    }

    func read(_ request: PennyweightPipeline.Request) {
        state.withLock { $0.request = request }
    }

    /// The context as far as it was described, and the model if it was read: looked for only now.
    var seen: (call: PennyweightPipeline.Context, model: String?) {
        let (call, request) = state.withLock { ($0.call, $0.request) }
        return (call, request.flatMap { OpenAIMeter().quote($0)?.model })
    }
}
#endif
