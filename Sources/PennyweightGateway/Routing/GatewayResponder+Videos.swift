#if Gateway
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
private import PennyweightJSON
private import PennyweightOpenAI
internal import PennyweightPipeline

extension GatewayResponder {
    /// Passes what is asked about a video on, if it is the caller's. Its content is written as it arrives;
    /// everything else is short.
    func video(
        _ method: HTTPRequest.Method, _ target: String, _ caller: HTTPFields,
        _ call: PennyweightPipeline.Context, on channel: any Channel
    ) async throws -> Hummingbird.Response {
        if let videos = videos(of: call), let id = GatewayResponder.videoID(in: target) {
            try await videos.check(id)
        }
        return try await passing(method, target, caller, call, on: channel)
    }

    /// Answers with the caller's videos; with all that the provider has if the caller has no account.
    func videoList(
        _ target: String, _ caller: HTTPFields, _ call: PennyweightPipeline.Context,
        on channel: any Channel
    ) async throws -> Hummingbird.Response {
        guard let videos = videos(of: call) else {
            return try await passing(.get, target, caller, call, on: channel)
        }
        let page = try VideoPage(target: target)
        let exchange = connections.begin(on: channel)
        defer { exchange.end() }
        let (upstream, limit) = (upstream, configuration.limits.answerBytes)
        do {
            let list = try await exchange.run {
                try await videos.list(page) { id in
                    let request = RequestMapping.request(.get, "/videos/\(id)", from: caller)
                    let response = try await upstream.send(request, context: call)
                    let bytes = try await response.body.collect(upTo: limit)
                    if response.status == .notFound { return nil }
                    guard response.status == .ok, let root = try? JSONDocument(bytes).root else {
                        throw UnusableVideo(response: response, bytes: bytes)
                    }
                    return JSONValue(root)
                }
            }
            return Hummingbird.Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: list.bytes)))
        } catch let answer as UnusableVideo {
            return try await answer.normalised(mapping)
        }
    }

    private func passing(
        _ method: HTTPRequest.Method, _ target: String, _ caller: HTTPFields,
        _ call: PennyweightPipeline.Context, on channel: any Channel
    ) async throws -> Hummingbird.Response {
        let exchange = connections.begin(on: channel)
        do {
            let response = try await send(
                RequestMapping.request(method, target, from: caller), call, exchange)
            if response.isMedia { return try mapping.passing(response, exchange: exchange) }
            let bytes = try await collect(response, exchange)
            exchange.end()
            return mapping.whole(response, bytes, facts: response.facts)
        } catch {
            exchange.end()
            throw error
        }
    }

    /// The videos that a caller may see; nil for all.
    private func videos(of call: PennyweightPipeline.Context) -> AccountVideos? {
        let account = call[NamedAccount.self] ?? call[AdmittedCaller.self].account
        guard let stores, !account.isEmpty else { return nil }
        return AccountVideos(
            jobs: stores.jobs, provider: configuration.upstream.provider, account: account)
    }

    /// The id in `/videos/{id}` and in what lies below it.
    private static func videoID(in target: String) -> String? {
        target.prefix { $0 != "?" }.split(separator: "/").dropFirst().first.map(String.init)
    }
}

/// An answer to a question about a single video that a list can't be made of.
private struct UnusableVideo: Error {
    var response: PennyweightPipeline.Response
    let bytes: [UInt8]

    /// The answer to the caller: the provider's error, or one that says that there is no video.
    func normalised(_ mapping: ResponseMapping) async throws -> Hummingbird.Response {
        guard response.status.code >= 400 else {
            throw Failure(.invalidAnswer, "The provider's answer is no video; check 'upstream.baseURL'.")
        }
        var whole = response
        whole.body = Body(bytes)
        whole = try await ErrorEnvelope.normalised(whole)
        return mapping.whole(whole, whole.body.bytes ?? bytes, facts: whole.facts)
    }
}

extension PennyweightPipeline.Response {
    /// True if the answer is neither an error nor text.
    fileprivate var isMedia: Bool {
        let type = head.headerFields[.contentType]?.lowercased() ?? "application/json"
        return status.code < 300
            && ["video/", "image/", "audio/", "application/octet-stream"].contains(where: type.hasPrefix)
    }
}
#endif
