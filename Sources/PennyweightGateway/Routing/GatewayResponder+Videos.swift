#if Gateway
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PennyweightPipeline

extension GatewayResponder {
    /// Passes what is asked about a video on. Its content is written as it arrives; everything else is short.
    func video(
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
