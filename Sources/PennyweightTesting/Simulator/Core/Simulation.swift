internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The simulated provider without its server: a request in, an answer out.
final class Simulation: Sendable {
    let settings: SimulationSettings
    let billing: SimulatedBilling
    let memory = SimulatedMemory()
    let log = RequestLog()
    let videos = VideoJobs()
    let time: any TimeSource

    init(settings: SimulationSettings, prices: PriceBook?, time: any TimeSource) {
        self.settings = settings
        self.time = time
        billing = SimulatedBilling(prices: prices, time: time)
    }

    /// Answers a request. `origin` is where the provider is reached, for the URLs in answers:
    /// `http://127.0.0.1:1234`.
    func reply(to request: ReceivedRequest, origin: String) -> SimulatedReply {
        let ticket = CallTicket(seed: settings.seed, call: memory.nextCall(), at: time.now())
        let call = SimulatedCall(request: request, origin: origin, ticket: ticket)
        var reply: SimulatedReply
        do throws(SimulatedError) {
            reply = try route(call)
        } catch {
            reply = error.reply
        }
        reply.bill?.call = ticket.call
        reply.set("x-request-id", ticket.id("req_", 1_000))
        reply.set("openai-version", "2020-10-01")
        reply.set("openai-processing-ms", "12")
        return reply
    }

    private func route(_ call: SimulatedCall) throws(SimulatedError) -> SimulatedReply {
        let segments = call.request.segments
        switch segments.first {
        case "simulator": return try control(call, Array(segments.dropFirst()))
        case "images": return try image(at: Array(segments.dropFirst()))
        case "v1":
            log.add(call.request)
            billing.note(call)
            try Simulation.checkKey(call.request)
            return try serve(call, Array(segments.dropFirst()))
        default: throw Simulation.unknownPath(call.request)
        }
    }

    private static func checkKey(_ request: ReceivedRequest) throws(SimulatedError) {
        guard let authorization = request.header("authorization") else {
            throw SimulatedError(
                status: 401,
                message:
                    "You didn't provide an API key. Send it in an Authorization header using Bearer auth."
            )
        }
        if authorization == "Bearer invalid-key" {
            throw SimulatedError(
                status: 401, message: "Incorrect API key provided: invalid-key.", code: "invalid_api_key")
        }
    }

    static func unknownPath(_ request: ReceivedRequest) -> SimulatedError {
        let path = request.path.prefix { $0 != "?" }
        return SimulatedError(status: 404, message: "Invalid URL (\(request.method) \(path))")
    }

    static func wrongMethod(_ request: ReceivedRequest) -> SimulatedError {
        let path = request.path.prefix { $0 != "?" }
        return SimulatedError(
            status: 405,
            message:
                "Not allowed to \(request.method) on \(path). (HINT: Perhaps you meant another call?)"
        )
    }
}

/// One request with what its answer needs.
struct SimulatedCall: Sendable {
    var request: ReceivedRequest
    var origin: String
    var ticket: CallTicket
}
