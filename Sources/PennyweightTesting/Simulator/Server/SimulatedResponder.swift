#if Gateway
internal import Hummingbird
internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import PennyweightTime

/// Puts a ``Simulation`` behind HTTP.
struct SimulatedResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    /// Enough for the largest request that OpenAI takes.
    static let bodyLimit = 512 << 20

    let simulation: Simulation

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var request = request
        let body = try await request.collectBody(upTo: SimulatedResponder.bodyLimit)
        let received = ReceivedRequest(
            method: request.method.rawValue, path: request.head.path ?? "/", headers: request.headers,
            body: Array(body.readableBytesView))
        let reply = simulation.reply(
            to: received, origin: "http://\(request.head.authority ?? "127.0.0.1")")
        let delivery = Delivery(reply: reply, simulation: simulation)
        var response = Response(status: .init(code: reply.status), headers: reply.headers)
        switch reply.content {
        case .whole(let bytes):
            if let wait = delivery.waitForWhole {
                response.headers[.connection] = "close"
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await delivery.wait(wait)
                }
            }
            response.body = delivery.body(bytes)
        case .stream(let pieces):
            response.headers[.connection] = "close"
            response.headers[.cacheControl] = "no-cache"
            let requestBody = request.body
            response.body = ResponseBody { writer in
                // Notices a client that leaves between two pieces; the connection can't be used again
                // after it.
                try await requestBody.consumeWithCancellationOnInboundClose { _ in
                    try await delivery.send(pieces, to: &writer)
                }
                try await writer.finish(nil)
            }
        }
        return response
    }
}
#endif
