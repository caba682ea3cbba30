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

    static let adminKey = "admin-0123456789-0123456789-0123456789"

    /// Starts everything, runs the test, and takes it down.
    static func run(
        adminKey: String? = KeyedGateway.adminKey, requiresKeys: Bool = false, host: String = "127.0.0.1",
        budgets: [Budget] = [], time: any TimeSource = SystemTime(),
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
        let settlements = Settlements(time: time, logger: log.logger)
        let transport = HTTPClientTransport()
        let disk = try SQLiteCache.open(at: directory + "/cache.sqlite", time: time)
        // Nothing stays in memory: every hit comes from the file.
        let cache = TieredCache(front: MemoryCache(limitBytes: 0), back: disk)
        var configuration = GatewayConfiguration(
            upstream: .init(baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated")))
        configuration.host = host
        configuration.adminKey = try adminKey.map { try AdminKey.read($0) }
        configuration.requiresKeys = requiresKeys
        var policy = MeteringPolicy()
        policy.budgets = budgets
        let upstream = configuration.upstream
        let prices = try PriceBook.shipped()
        let pipeline = Pipeline(to: transport) {
            cacheStage(cache, for: upstream, ledger: ledger, time: time)
            Metering(
                ledger: ledger, meter: OpenAIMeter(), prices: prices, provider: "openai",
                settlements: settlements, time: time, random: SystemRandom(), policy: policy)
            Authorize(upstream.baseURL, as: upstream.key.map { .bearer($0) } ?? .none)
        }
        let gateway = Gateway(
            upstream: pipeline, configuration: configuration, time: time, random: SystemRandom(),
            logger: log.logger,
            stores: GatewayStores(
                ledger: ledger, calls: ledger, jobs: ledger, keys: ledger, notes: ledger, budgets: budgets,
                cache: cache)
        )
        do {
            try await gateway.application.test(.ahc()) { client in
                try await test(
                    KeyedGateway(
                        client: client, ledger: ledger, path: path, provider: provider, log: log,
                        cache: cache))
            }
        } catch {
            await KeyedGateway.end(settlements, transport, ledger, provider)
            await disk.close()
            throw error
        }
        await KeyedGateway.end(settlements, transport, ledger, provider)
        await disk.close()
    }

    private static func cacheStage(
        _ cache: any CacheStore, for upstream: GatewayConfiguration.Upstream, ledger: SQLiteLedger,
        time: any TimeSource
    ) -> Cache {
        Cache(
            store: cache, format: OpenAIFormat(), policy: CachePolicy(), provider: "openai",
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
