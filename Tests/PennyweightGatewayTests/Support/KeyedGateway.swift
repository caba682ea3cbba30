#if Gateway
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
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
import Synchronization

@testable import PennyweightGateway

/// A gateway over loopback with a ledger in a file and the simulated provider behind it.
struct KeyedGateway: Sendable {
    let client: any TestClientProtocol
    let ledger: SQLiteLedger
    let path: String
    let provider: SimulatedProvider
    let log: CapturedLog
    let cache: any CacheStore
    /// Vectors of what is stored; nil unless semantic look-up is on.
    var vectors: SQLiteVectors?

    static let adminKey = "admin-0123456789-0123456789-0123456789"

    /// Starts everything, runs the test, and takes it down.
    static func run(
        adminKey: String? = KeyedGateway.adminKey, requiresKeys: Bool = false, host: String = "127.0.0.1",
        budgets: [Budget] = [], time: any TimeSource = SystemTime(), semantic: SemanticPolicy? = nil,
        encryption: CacheEncryption = .off, memoryBytes: Int = 0,
        _ test: @Sendable (KeyedGateway) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "/pennyweight-keys-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/ledger.sqlite"
        let ledger = try SQLiteLedger.open(at: path, time: time)
        let provider = SimulatedProvider(prices: try PriceBook.shipped(), time: SystemTime())
        try await provider.start()
        let log = CapturedLog()
        let (settlements, transport) = (Settlements(time: time, logger: log.logger), HTTPClientTransport())
        let file = directory + "/cache.sqlite"
        let disk = try SQLiteCache.open(at: file, time: time, requiresSecret: encryption.isOn)
        // Nothing stays in memory, unless a test wants it: every hit comes from the file.
        let cache = TieredCache(front: MemoryCache(limitBytes: memoryBytes), back: disk)
        var configuration = try KeyedGateway.configuration(of: provider, adminKey, encryption)
        configuration.host = host
        configuration.requiresKeys = requiresKeys
        let upstream = configuration.upstream
        if semantic != nil { configuration.cache.policy.defaults.semantic = .always }
        let vectors = semantic.map { _ in SQLiteVectors(in: disk) }
        let pipeline = linked(
            to: transport,
            [
                cacheStage(
                    cache, configuration.cache.policy, for: upstream, ledger: ledger, time: time)
            ],
            semantic.flatMap { policy in vectors.map { (policy, $0) } }, cache, ledger, time,
            try paidStages(for: upstream, ledger, settlements, budgets, time))
        let gateway = Gateway(
            upstream: pipeline, configuration: configuration, time: time, random: SystemRandom(),
            logger: log.logger,
            stores: GatewayStores(
                ledger: ledger, calls: ledger, jobs: ledger, keys: ledger, notes: ledger, budgets: budgets,
                cache: cache, vectors: vectors)
        )
        do {
            try await gateway.application.test(.ahc()) { client in
                try await test(
                    KeyedGateway(
                        client: client, ledger: ledger, path: path, provider: provider, log: log,
                        cache: cache, vectors: vectors))
            }
        } catch {
            await KeyedGateway.end(settlements, transport, ledger, provider)
            await disk.close()
            throw error
        }
        await KeyedGateway.end(settlements, transport, ledger, provider)
        await disk.close()
    }

    private static func configuration(
        of provider: SimulatedProvider, _ adminKey: String?, _ encryption: CacheEncryption
    ) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            upstream: .init(baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated")))
        configuration.adminKey = try adminKey.map { try AdminKey.read($0) }
        configuration.cache.policy.encryption = encryption
        return configuration
    }

    /// The stages, with semantic look-up between the cache and the others where there is one.
    private static func linked(
        to transport: any Transport, _ outer: [any Middleware], _ semantic: (SemanticPolicy, SQLiteVectors)?,
        _ cache: any CacheStore, _ ledger: SQLiteLedger, _ time: any TimeSource, _ inner: [any Middleware]
    ) -> Pipeline {
        let plain = Pipeline(to: transport, stages: outer + inner)
        guard let (policy, vectors) = semantic else { return plain }
        let lookup = SemanticLookup(
            policy, vectors: vectors, store: cache, format: OpenAIFormat(), embeddings: plain,
            ledger: ledger, time: time, random: SystemRandom())
        return Pipeline(to: transport, stages: outer + [lookup] + inner)
    }

    /// What a call that isn't answered from the cache goes through.
    private static func paidStages(
        for upstream: GatewayConfiguration.Upstream, _ ledger: SQLiteLedger, _ settlements: Settlements,
        _ budgets: [Budget], _ time: any TimeSource
    ) throws -> [any Middleware] {
        var policy = MeteringPolicy()
        policy.budgets = budgets
        return [
            Metering(
                ledger: ledger, meter: OpenAIMeter(), prices: try PriceBook.shipped(), provider: "openai",
                settlements: settlements, time: time, random: SystemRandom(), policy: policy),
            Authorize(upstream.baseURL, as: upstream.key.map { .bearer($0) } ?? .none),
        ]
    }

    private static func cacheStage(
        _ cache: any CacheStore, _ policy: CachePolicy, for upstream: GatewayConfiguration.Upstream,
        ledger: SQLiteLedger, time: any TimeSource
    ) -> Cache {
        Cache(
            store: cache, format: OpenAIFormat(), policy: policy, provider: "openai",
            base: upstream.baseURL.description, ledger: ledger, time: time,
            background: BackgroundTasks(limit: 16))
    }

    private static func end(
        _ settlements: Settlements, _ transport: HTTPClientTransport, _ ledger: SQLiteLedger,
        _ provider: SimulatedProvider
    ) async {
        await settlements.drain(within: .seconds(10))
        try? await transport.shutdown()
        await ledger.close()
        await provider.stop()
    }

    /// Makes a key in the store, as another process would. Gives its text.
    func key(
        _ account: String = "acme", models: [String] = [], routes: [String] = [], expiresAt: Timestamp? = nil
    ) async throws -> (id: String, text: String) {
        let grant = KeyGrant(account: account, models: models, routes: routes, expiresAt: expiresAt)
        let issued = try grant.issue(time: SystemTime(), random: SystemRandom())
        try await ledger.add(issued.key)
        return (issued.key.id, issued.secret.reveal())
    }

    /// Sends a request with a bearer credential.
    func send(
        _ method: HTTPRequest.Method, _ uri: String, key: String? = nil, account: String? = nil,
        body: String? = nil, headers given: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = given
        if let key { headers[.authorization] = "Bearer \(key)" }
        if let account { headers[HTTPField.Name("x-pennyweight-account")!] = account }
        if body != nil { headers[.contentType] = "application/json" }
        let buffer = body.map { ByteBuffer(string: $0) }
        return try await client.execute(uri: uri, method: method, headers: headers, body: buffer) {
            Answer($0)
        }
    }

    /// Asks a model a question.
    func chat(
        _ key: String?, model: String = "gpt-4o-mini", _ text: String = "hi", account: String? = nil
    ) async throws -> Answer {
        try await send(
            .post, "/v1/chat/completions", key: key, account: account,
            body: #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}],"max_tokens":50}"#)
    }

    /// An answer as it came.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String
        var bytes: [UInt8] = []

        init(_ response: TestResponse) {
            status = response.status.code
            headers = response.headers
            text = String(buffer: response.body)
            bytes = Array(buffer: response.body)
        }

        var root: JSONNode? { try? JSONDocument(text).root }
        var code: String? { root?["error"]?["code"]?.string }
        var message: String { root?["error"]?["message"]?.string ?? "" }
        var data: [JSONNode] { root?["data"]?.elements ?? [] }
        func string(_ name: String) -> String? { root?[name]?.string }
    }
}
#endif
