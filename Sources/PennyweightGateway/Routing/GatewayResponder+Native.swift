#if Gateway
internal import HTTPTypes
internal import Hummingbird
private import NIOCore
private import PennyweightJSON
private import PennyweightMiddleware
private import PennyweightOpenAI
internal import PennyweightPipeline

extension GatewayResponder {
    /// Answers a request to the native API; 404 for a gateway without stores.
    func native(
        _ route: NativeRoute, _ request: Hummingbird.Request, _ call: PennyweightPipeline.Context
    ) async throws -> Hummingbird.Response {
        guard let stores else { throw Refusal.absent("This gateway keeps no ledger.") }
        var body: [UInt8] = []
        if request.method == .post {
            body = try await RequestMapping.body(of: request, upTo: NativeAPI.bodyLimit)
        }
        let caller = call[AdmittedCaller.self]
        let answer = try await NativeAPI(stores: stores, time: time, random: random).answer(
            NativeRequest(
                route, target: request.head.path ?? "/", caller: caller,
                account: call[NamedAccount.self] ?? caller.account, body: body,
                cacheSecret: call[CacheSecret.self] ?? configuration.cache.policy.encryption.secret))
        return Hummingbird.Response(
            status: answer.status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.value.bytes)))
    }

    /// The answer to a caller that isn't let through.
    func refused(_ refusal: Refusal) -> Hummingbird.Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        // RFC 9110 section 11.6.1: a 401 says how to authenticate.
        if refusal.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"pennyweight\"" }
        return Hummingbird.Response(
            status: refusal.status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.envelope.bytes)))
    }
}
#endif
