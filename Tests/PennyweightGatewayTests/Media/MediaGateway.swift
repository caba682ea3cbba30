#if Gateway
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Metrics
import NIOCore
import PennyweightAsyncHTTPClient
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Tracing

@testable import PennyweightGateway

/// A gateway over loopback with all its stages, a cache and images in files, and the simulated provider
/// behind it.
struct MediaGateway: Sendable {
    let client: any TestClientProtocol
    let ledger: SQLiteLedger
    let cache: any CacheStore
    let media: FileMedia
    let links: SignedMediaLinks
    let provider: SimulatedProvider
    let log: CapturedLog

    /// Starts everything, runs the test, and takes it down.
    static func run(
        limitBytes: Int64 = 1 << 24, policy: MediaPolicy = MediaPolicy(),
        _ test: @Sendable (MediaGateway) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "/pennyweight-media-\(UInt64.random(in: 0 ... .max))"
        let data = try DataDirectory(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let time = SystemTime()
        let ledger = try SQLiteLedger.open(at: data.ledgerPath, time: time)
        let disk = try SQLiteCache.open(at: data.cachePath, time: time)
        let provider = SimulatedProvider(prices: try PriceBook.shipped(), time: time)
        try await provider.start()
        let log = CapturedLog()
        let secret = try SecretFile.bytes(
            at: data.mediaSecretPath, count: SignedMediaLinks.secretLength, random: SystemRandom())
        let links = SignedMediaLinks(secret: secret)
        let media = try FileMedia(at: data.mediaPath, limitBytes: limitBytes, time: time)
        let cache = TieredCache(front: MemoryCache(limitBytes: 0), back: disk)
        var stages = StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated")),
            ledger: ledger, cache: cache, prices: try PriceBook.shipped(), time: time,
            random: SystemRandom(), metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(),
            logger: log.logger)
        stages.media = .init(store: media, links: links)
        stages.policies.media = policy
        stages.policies.drain = DrainPolicy()
        let transport = HTTPClientTransport()
        let gateway = Gateway(
            upstream: stages.pipeline(to: transport),
            configuration: GatewayConfiguration(
                upstream: .init(baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated"))),
            time: time, random: SystemRandom(), logger: log.logger,
            stores: GatewayStores(
                ledger: ledger, calls: ledger, jobs: ledger, keys: ledger, notes: ledger, cache: cache,
                media: .init(store: media, links: links)))
        let result: Result<Void, any Error>
        do {
            try await gateway.application.test(.ahc()) { client in
                try await test(
                    MediaGateway(
                        client: client, ledger: ledger, cache: cache, media: media, links: links,
                        provider: provider, log: log))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await stages.finish(within: .seconds(10))
        try? await transport.shutdown()
        await ledger.close()
        await disk.close()
        await provider.stop()
        try result.get()
    }

    /// Asks for images.
    func draw(
        _ prompt: String = "a red fox", model: String = "dall-e-3", as form: String? = nil,
        more: String = "", account: String? = nil, fault: String? = nil, headers given: HTTPFields = [:]
    ) async throws -> KeyedGateway.Answer {
        var headers = given
        headers[.contentType] = "application/json"
        if let fault { headers[HTTPField.Name("x-simulate-image")!] = fault }
        if let account { headers[HTTPField.Name("x-pennyweight-account")!] = account }
        let format = form.map { #","response_format":"\#($0)""# } ?? ""
        let body = #"{"model":"\#(model)","prompt":"\#(prompt)","size":"256x256"\#(format)\#(more)}"#
        return try await client.execute(
            uri: "/v1/images/generations", method: .post, headers: headers, body: ByteBuffer(string: body)
        ) { KeyedGateway.Answer($0) }
    }

    /// Asks for what lies under a URL of this gateway.
    func get(
        _ url: String, _ method: HTTPRequest.Method = .get, _ headers: HTTPFields = [:]
    ) async throws -> KeyedGateway.Answer {
        let path = url.firstRange(of: "/media/").map { String(url[$0.lowerBound...]) } ?? url
        return try await client.execute(uri: path, method: method, headers: headers) {
            KeyedGateway.Answer($0)
        }
    }

    var charges: Int { provider.charges.count }
}

extension KeyedGateway.Answer {
    var cacheStatus: String { headers[HTTPField.Name("cache-status")!] ?? "" }
    var isHit: Bool { cacheStatus.hasPrefix("Pennyweight; hit") }
    var url: String? { data.first?["url"]?.string }
    var image: [UInt8]? {
        data.first?["b64_json"]?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }
}
#endif
