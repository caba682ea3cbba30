internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The native API: keys, calls, usage and budgets, of what the caller may see.
///
/// A virtual key sees its own account and what lies below it; what lies elsewhere doesn't exist for it.
struct NativeAPI: Sendable {
    let stores: GatewayStores
    let time: any TimeSource
    let random: any RandomSource

    /// The largest body that a command of the native API takes, in bytes.
    static let bodyLimit = 64 << 10

    /// Answers. Throws a ``Refusal`` for a parameter that is wrong, and a `Failure` if a store can't be read.
    func answer(_ request: NativeRequest) async throws -> NativeAnswer {
        switch request.route {
        case .keys: NativeAnswer(value: try await keys(request))
        case .createKey: try await createKey(request)
        case .key(let id): NativeAnswer(value: KeyObject.json(try await key(id, request), at: time.now()))
        case .revokeKey(let id): NativeAnswer(value: try await revokeKey(id, request))
        case .requests: NativeAnswer(value: try await requests(request))
        case .request(let id): NativeAnswer(value: try await self.request(id, request))
        case .usage: NativeAnswer(value: try await usage(request))
        case .balance: NativeAnswer(value: try await balance(request))
        case .budgets: NativeAnswer(value: try await budgets(request))
        case .cache: NativeAnswer(value: try await cache(request))
        case .cacheEntry(let id): NativeAnswer(value: try await cacheEntry(id, request))
        case .cacheFeedback(let id): NativeAnswer(value: try await cacheFeedback(id, request))
        case .purgeCache: NativeAnswer(value: try await purgeCache(request))
        }
    }
}
