#if Gateway
import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

/// Which addresses a gateway listens on, by the keys that exist.
@Suite struct ListeningTests {
    private func run(
        host: String, keys: MemoryKeys, requiresKeys: Bool = false, log: CapturedLog
    ) async throws {
        var configuration = GatewayConfiguration(
            upstream: .init(baseURL: try BaseURL("http://127.0.0.1:1/v1")))
        configuration.host = host
        configuration.hostPlace = "File gateway.yaml, key 'host'"
        configuration.port = 0
        configuration.requiresKeys = requiresKeys
        let (ports, found) = AsyncStream<Int>.makeStream()
        let ledger = MemoryLedger(limit: 10)
        let gateway = Gateway(
            upstream: ScriptedTransport([]), configuration: configuration, time: SystemTime(),
            random: SeededRandom(seed: 1), logger: log.logger,
            stores: GatewayStores(ledger: ledger, calls: ledger, jobs: ledger, keys: keys, notes: ledger),
            onListening: {
                found.yield($0)
                found.finish()
            })
        let running = Task { try await gateway.run() }
        let watch = Task {
            _ = try? await running.value
            found.finish()
        }
        let port = await ports.first { _ in true }
        running.cancel()
        await watch.value
        if port == nil { try await running.value }
    }

    private let key = VirtualKey(
        id: "k", name: nil, secretDigest: Array(repeating: 1, count: 32), lastFour: "abcd", account: "a",
        createdAt: Timestamp(seconds: 0))

    @Test("other machines are served once a key exists, and not before")
    func otherMachines() async throws {
        let keys = MemoryKeys()
        let error = await #expect(throws: ConfigurationError.self) {
            try await run(host: "0.0.0.0", keys: keys, log: CapturedLog())
        }
        #expect(error?.description.contains("serves loopback only until keys are configured") == true)
        #expect(error?.description.hasPrefix("File gateway.yaml, key 'host': '0.0.0.0'") == true)
        #expect(error?.description.contains("pennyweight keys create") == true)
        try await keys.add(key)
        try await run(host: "0.0.0.0", keys: keys, log: CapturedLog())
    }

    @Test("other machines are served without a key if every request is asked for one")
    func required() async throws {
        try await run(host: "0.0.0.0", keys: MemoryKeys(), requiresKeys: true, log: CapturedLog())
    }

    @Test("a gateway without keys says so, one with keys doesn't")
    func notice() async throws {
        let log = CapturedLog()
        try await run(host: "127.0.0.1", keys: MemoryKeys(), log: log)
        #expect(log.text.contains("No key exists"))
        let quiet = CapturedLog()
        try await run(host: "127.0.0.1", keys: MemoryKeys([key]), log: quiet)
        #expect(!quiet.text.contains("No key exists"))
    }
}
#endif
