internal import PennyweightJSON
internal import PennyweightTime

extension Simulation {
    /// Answers a call below `/v1`.
    func serve(_ call: SimulatedCall, _ path: [String]) throws(SimulatedError) -> SimulatedReply {
        let isPost = call.request.method == "POST"
        switch (path.first, path.count) {
        case ("chat", 2) where path[1] == "completions": return try post(call, make: chat)
        case ("embeddings", 1): return try post(call, make: embeddings)
        case ("images", 2) where path[1] == "generations" || path[1] == "edits":
            return try post(call) { call, payload, fault throws(SimulatedError) in
                try self.images(call, payload, route: "/images/\(path[1])")
            }
        case ("videos", 1) where isPost: return try post(call, make: video)
        case ("videos", 3) where isPost && path[2] == "remix":
            return try post(call) { call, payload, fault throws(SimulatedError) in
                try self.video(call, payload, fault: fault, remixOf: self.videos.job(path[1]))
            }
        case ("videos", 1...3): return try look(call, at: Array(path.dropFirst()))
        case ("models", 1...): return try models(call, id: path.dropFirst().joined(separator: "/"))
        default: throw Simulation.unknownPath(call.request)
        }
    }

    private typealias Endpoint = (SimulatedCall, RequestPayload, SimulatedFault.Kind?) throws(SimulatedError)
        -> SimulatedReply

    /// Reads the body, plays the fault if there is one, and sets the pace.
    private func post(_ call: SimulatedCall, make: Endpoint) throws(SimulatedError) -> SimulatedReply {
        guard call.request.method == "POST" else { throw Simulation.wrongMethod(call.request) }
        let payload = try RequestPayload(call.request)
        let fault = try fault(of: call.request, payload)
        if let refusal = fault?.refusal(model: payload.text("model") ?? "") { return refusal }
        var reply = try make(call, payload, fault)
        reply.pace = Simulation.milliseconds("x-simulate-pace-ms", call.request, payload) ?? settings.pace
        let delay = Simulation.milliseconds("x-simulate-delay-ms", call.request, payload)
        if let delay { reply.wait = .time(delay) }
        if let fault { reply.play(fault, slowness: delay ?? settings.slowness) }
        return reply
    }

    /// The fault that the header, the body or the model asks for, if it is to be played now.
    private func fault(of request: ReceivedRequest, _ payload: RequestPayload) throws(SimulatedError)
        -> SimulatedFault.Kind?
    {
        let model = SimulatedModel(payload.text("model") ?? "")
        let name = request.header("x-simulate") ?? payload.text("x-simulate")
        let fault = name.map { SimulatedFault($0) } ?? model.fault
        guard let fault else {
            if let name { throw .invalid("x-simulate", "There is no fault '\(name)'.") }
            if model.name.hasPrefix(SimulatedModel.faultPrefix) { throw .noSuchModel(model.name) }
            return nil
        }
        return memory.plays(fault, body: request.body) ? fault.kind : nil
    }

    private static func milliseconds(_ name: String, _ request: ReceivedRequest, _ payload: RequestPayload)
        -> Duration?
    {
        (request.header(name) ?? payload.text(name)).flatMap(Int.init).map { .milliseconds(max(0, $0)) }
    }

    private func chat(_ call: SimulatedCall, _ payload: RequestPayload, _ fault: SimulatedFault.Kind?)
        throws(SimulatedError) -> SimulatedReply
    {
        let question = try ChatQuestion(Simulation.document(payload, call))
        let answer = ChatAnswer(
            question, model: SimulatedModel(question.model), fault: fault, ticket: call.ticket,
            seed: settings.seed,
            memory: memory)
        guard question.streams else { return .json(answer.json, bill: answer.bill) }
        return SimulatedReply(
            type: "text/event-stream; charset=utf-8", content: .stream(answer.pieces), bill: answer.bill)
    }

    private func embeddings(_ call: SimulatedCall, _ payload: RequestPayload, _ fault: SimulatedFault.Kind?)
        throws(SimulatedError) -> SimulatedReply
    {
        try EmbeddingsAnswer(Simulation.document(payload, call), seed: settings.seed).reply(
            ticket: call.ticket)
    }

    private func images(_ call: SimulatedCall, _ payload: RequestPayload, route: String)
        throws(SimulatedError)
        -> SimulatedReply
    {
        let answer = try ImageAnswer(
            payload, route: route, body: call.request.body, ticket: call.ticket, seed: settings.seed)
        let name = call.request.header("x-simulate-image") ?? payload.text("x-simulate-image")
        let fault = name.flatMap { ImageFault(rawValue: $0) }
        if let name, fault == nil { throw .invalid("x-simulate-image", "There is no fault '\(name)'.") }
        return answer.reply(origin: call.origin, memory: memory, at: time.now(), fault: fault)
    }

    private func video(_ call: SimulatedCall, _ payload: RequestPayload, _ fault: SimulatedFault.Kind?)
        throws(SimulatedError) -> SimulatedReply
    {
        try video(call, payload, fault: fault, remixOf: nil)
    }

    private func video(
        _ call: SimulatedCall, _ payload: RequestPayload, fault: SimulatedFault.Kind?,
        remixOf original: VideoJob?
    ) throws(SimulatedError) -> SimulatedReply {
        let now = time.now()
        let job = try VideoJob(
            payload, ticket: call.ticket, at: now, fails: fault == .failed, remixOf: original)
        videos.add(job)
        return .json(job.json(settings.videos, at: now), bill: job.bill)
    }

    private static func document(_ payload: RequestPayload, _ call: SimulatedCall) throws(SimulatedError)
        -> JSONDocument
    {
        guard case .json(let document) = payload else {
            throw SimulatedError(
                status: 415, message: "Unsupported content type: this endpoint reads 'application/json'.")
        }
        return document
    }
}
