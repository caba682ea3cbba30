#if Gateway
internal import HTTPTypes
internal import Hummingbird
internal import Logging
private import NIOCore
private import PennyweightJSON
private import PennyweightMiddleware
private import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightTime

/// The connection that a request came on.
struct CallerConnection: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Answers every request: finds its route, sends it up the pipeline, and turns whatever comes of it into a
/// response that carries an `x-request-id`.
struct GatewayResponder: HTTPResponder {
    let upstream: any Transport
    let configuration: GatewayConfiguration
    let time: any TimeSource
    let random: any RandomSource
    let logger: Logger
    let connections: Connections
    let admission: Admission
    /// What the native API reads; nil for a gateway that keeps nothing.
    let stores: GatewayStores?
    /// Notes what is refused; nil for a gateway that keeps nothing.
    let refusals: RefusedCalls?
    let readiness: @Sendable () async throws -> Void

    var mapping: ResponseMapping {
        ResponseMapping(limits: configuration.limits, provider: configuration.upstream.provider, time: time)
    }

    func respond(to request: Hummingbird.Request, context: CallerConnection) async throws
        -> Hummingbird.Response
    {
        let id = SortableID(time: time, random: random)
        var logger = logger
        logger[metadataKey: "request-id"] = .stringConvertible(id)
        var call = PennyweightPipeline.Context(
            id: id, logger: logger, deadline: time.instant() + configuration.timeouts.call)
        var response: Hummingbird.Response
        do {
            response = try await answer(request, &call, on: context.channel)
        } catch let refusal as Refusal {
            response = refused(refusal)
        } catch is CancellationError {
            // The caller has gone, or the process ends before the call: at most the latter reads this.
            response = mapping.failure(Failure(.shuttingDown, "The gateway is shutting down; try again."))
        } catch {
            if !(error is Failure), !(error is RequestProblem) {
                logger.error("A call ended in an unexpected error.", metadata: ["type": "\(type(of: error))"])
            }
            response = mapping.failure(error)
        }
        response.headers.set("x-request-id", id.description)
        if response.status.code >= 400 { linger(after: &response, to: request, on: context.channel) }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Lets a caller whose body may not have been read to its end send the rest, for a while: it reads the
    /// answer then. Closing at once would destroy the answer on its way (RFC 9112 section 9.6).
    private func linger(
        after response: inout Hummingbird.Response, to request: Hummingbird.Request, on channel: any Channel
    ) {
        let statuses: [HTTPResponse.Status] = [
            .unauthorized, .forbidden, .notFound, .methodNotAllowed, .contentTooLarge, .unsupportedMediaType,
        ]
        let isUnread = statuses.contains(response.status)
        let hasBody =
            request.headers[.transferEncoding] != nil || (request.headers[.contentLength] ?? "0") != "0"
        guard isUnread, hasBody else { return }
        response.headers[.connection] = "close"
        channel.eventLoop.scheduleTask(in: GatewayResponder.lingering) { channel.close(promise: nil) }
    }

    /// How long the rest of a refused upload is read and thrown away.
    private static let lingering = TimeAmount.seconds(10)

    private func answer(
        _ request: Hummingbird.Request, _ call: inout PennyweightPipeline.Context, on channel: any Channel
    ) async throws -> Hummingbird.Response {
        let route = Route(request.method, request.head.path ?? "/")
        if case .media(let name, let target) = route { return try await media(name, target, request.headers) }
        if route != .health, route != .readiness {
            // Other machines must show a key, which no page has.
            if configuration.isLoopback,
                let refusal = CallerOrigin(request).refusal(host: configuration.host)
            {
                return mapping.envelope(.forbidden, refusal)
            }
            let path = Route.path(below: request.head.path ?? "/")
            do {
                try await admission.admit(&call, request.headers, to: route, path: path)
            } catch {
                if case .command = route { refusals?.note(error, of: call, route: path, model: nil) }
                throw error
            }
        }
        switch route {
        case .health:
            return text("ok")
        case .readiness:
            try await readiness()
            return text("ready")
        case .unknown, .media:
            return unknown(request, .notFound, "There is no")
        case .wrongMethod(let allowed):
            var response = unknown(request, .methodNotAllowed, "Use \(allowed) instead of")
            response.headers[.allow] = allowed
            return response
        case .modelList(let target):
            try RequestMapping.describe(&call, from: request.headers)
            return try await models(target, request.headers, call, on: channel, as: ModelList.normalized)
        case .model(let target):
            try RequestMapping.describe(&call, from: request.headers)
            return try await models(target, request.headers, call, on: channel, as: ModelList.normalizedModel)
        case .command(let target):
            try RequestMapping.describe(&call, from: request.headers)
            call[MediaOrigin.self] = GatewayResponder.origin(request)
            return try await noting(target, request, call, on: channel)
        case .native(let native):
            return try await self.native(native, request, call)
        case .video(let method, let target):
            try RequestMapping.describe(&call, from: request.headers)
            return try await video(method, target, request.headers, call, on: channel)
        case .videoList(let target):
            try RequestMapping.describe(&call, from: request.headers)
            return try await videoList(target, request.headers, call, on: channel)
        }
    }

    /// Answers a command, and notes it if it is refused before an attempt.
    private func noting(
        _ target: String, _ request: Hummingbird.Request, _ call: PennyweightPipeline.Context,
        on channel: any Channel
    ) async throws -> Hummingbird.Response {
        let trail = CommandTrail(call)
        do {
            let response = try await command(target, request, call, trail, on: channel)
            noteOrigin(of: call, request.headers)
            return response
        } catch {
            let seen = trail.seen
            let route = String(target.prefix { $0 != "?" })
            if refusals?.note(error, of: seen.call, route: route, model: seen.model) == true {
                noteOrigin(of: call, request.headers)
            }
            throw error
        }
    }

    /// Sends a command up the pipeline, and answers with a stream if the provider does.
    private func command(
        _ target: String, _ request: Hummingbird.Request, _ call: PennyweightPipeline.Context,
        _ trail: CommandTrail, on channel: any Channel
    ) async throws -> Hummingbird.Response {
        let route = String(target.prefix { $0 != "?" })
        let isForm = !CommandBody.mayBeJSON(request.headers)
        guard !isForm || Route.forms.contains(route) else {
            return mapping.envelope(
                .unsupportedMediaType,
                ErrorEnvelope(
                    message: "This route takes a JSON body; send 'Content-Type: application/json'.",
                    type: "invalid_request_error", code: "unsupported_content_type"))
        }
        var call = call
        let sent = try await sent(target, request, &call, isForm: isForm, trail)
        let exchange = connections.begin(on: channel)
        do {
            let response = try await send(sent, call, exchange)
            if response.streamsEvents {
                return try mapping.stream(
                    response, endsWithDone: sent.path == "/chat/completions", exchange: exchange)
            }
            let bytes = try await collect(response, exchange)
            guard response.isWhole(bytes) else {
                throw Failure(
                    .invalidAnswer,
                    "The provider's answer broke off, or is not the JSON that it says it is; try again.")
            }
            exchange.end()
            return mapping.whole(
                response, bytes, facts: response.facts, encoding: request.headers[.acceptEncoding])
        } catch {
            exchange.end()
            throw error
        }
    }

    /// Passes the provider's own list of models, or one model of it, in OpenAI's shape.
    private func models(
        _ target: String, _ caller: HTTPFields, _ call: PennyweightPipeline.Context, on channel: any Channel,
        as normalize: ([UInt8], String) -> [UInt8]?
    ) async throws -> Hummingbird.Response {
        let exchange = connections.begin(on: channel)
        defer { exchange.end() }
        let response = try await send(RequestMapping.request(.get, target, from: caller), call, exchange)
        let bytes = try await collect(response, exchange)
        guard response.status == .ok else { return mapping.whole(response, bytes, facts: response.facts) }
        guard let list = normalize(bytes, configuration.upstream.provider) else {
            throw Failure(
                .invalidAnswer, "The provider's answer is no list of models; check 'upstream.baseURL'.")
        }
        let visible = call[AdmittedCaller.self].visible(list)
        return mapping.whole(response, visible, facts: response.facts)
    }

    /// The answer to a request, errors in OpenAI's shape.
    func send(
        _ request: PennyweightPipeline.Request, _ call: PennyweightPipeline.Context, _ exchange: Exchange
    ) async throws -> PennyweightPipeline.Response {
        try call[AdmittedCaller.self].check(request)
        let upstream = upstream
        let response = try await exchange.run {
            let response = try await upstream.send(request, context: call)
            return try await ErrorEnvelope.normalised(response)
        }
        guard !(300..<400).contains(response.status.code) else {
            throw Failure(
                .invalidAnswer,
                "The provider answered with a redirect, which is not followed; check 'upstream.baseURL'.")
        }
        return response
    }

    func collect(_ response: PennyweightPipeline.Response, _ exchange: Exchange) async throws
        -> [UInt8]
    {
        let limit = configuration.limits.answerBytes
        do {
            return try await exchange.run { try await response.body.collect(upTo: limit) }
        } catch let failure as Failure where failure.code == .bodyTooLarge {
            throw Failure(
                .invalidAnswer,
                "The provider's answer has more than \(limit) bytes; raise 'limits.answerBytes'.")
        }
    }

    private func unknown(
        _ request: Hummingbird.Request, _ status: HTTPResponse.Status, _ advice: String
    ) -> Hummingbird.Response {
        let path = (request.head.path ?? "/").prefix { $0 != "?" }.prefix(256)
        return mapping.envelope(
            status,
            ErrorEnvelope(
                message: "\(advice) \(request.method) \(path).", type: "invalid_request_error",
                code: status == .notFound ? "unknown_url" : "method_not_allowed"))
    }

    private func text(_ text: String) -> Hummingbird.Response {
        Hummingbird.Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}

extension CallerOrigin {
    fileprivate init(_ request: Hummingbird.Request) {
        self.init(
            origin: request.headers[.origin], authority: request.head.authority,
            fetchSite: HTTPField.Name("sec-fetch-site").flatMap { request.headers[$0] })
    }
}

extension PennyweightPipeline.Response {
    /// True unless the body claims to be JSON and isn't. A hit was proven when it was stored, and an encoded
    /// body can't be looked into.
    fileprivate func isWhole(_ bytes: [UInt8]) -> Bool {
        let fields = head.headerFields
        let type = (fields[.contentType] ?? "").lowercased().prefix { $0 != ";" && $0 != " " }
        guard status.code < 300, status != .noContent, facts[CacheFact.self]?.status != .hit,
            type == "application/json" || type.hasSuffix("+json"), fields[.contentEncoding] == nil
        else { return true }
        do {
            _ = try JSONDocument(bytes)
            return true
        } catch {
            return false
        }
    }

    /// True if the answer is a stream of server-sent events.
    fileprivate var streamsEvents: Bool {
        status.code < 300
            && head.headerFields[.contentType]?.lowercased().hasPrefix("text/event-stream") == true
    }
}
#endif
