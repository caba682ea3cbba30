#if Gateway
import Foundation
import HTTPTypes
import Logging
import Metrics
import PennyweightAsyncHTTPClient
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

/// What a gateway's process is made of, without its server: files, stages, sockets to the provider.
private struct Process {
    let disk: SQLiteCache
    let ledger: SQLiteLedger
    let stages: StandardStages
    let transport = HTTPClientTransport(connectionsPerHost: 256)
    let pipeline: Pipeline

    init(_ number: Int, in directory: String, provider: SimulatedProvider) throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let time = SystemTime()
        disk = try SQLiteCache.open(at: directory + "/cache.sqlite", time: time)
        ledger = try SQLiteLedger.open(at: directory + "/ledger-\(number).sqlite", time: time)
        var stages = StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated")),
            ledger: ledger, cache: TieredCache(front: MemoryCache(limitBytes: 1 << 20), back: disk),
            prices: try PriceBook.shipped(), time: time, random: SystemRandom(),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: logger)
        // A test machine may let nobody renew for a while.
        var policy = CacheLeases.Policy()
        policy.lifetime = .seconds(60)
        stages.leases = CacheLeases(on: disk, policy: policy, time: time, random: SystemRandom())
        self.stages = stages
        pipeline = stages.pipeline(to: transport)
    }

    /// Asks, and gives the cache's word and the answer.
    func ask(_ body: String) async throws -> (outcome: CacheOutcome?, text: String) {
        let context = Context(
            id: SortableID(time: SystemTime(), random: SystemRandom()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let response = try await pipeline.send(
            Request(.post, "/chat/completions", body: Body(body)), context: context)
        let text = try await ChatAnswer(response).text
        return (response.facts[CacheFact.self], text)
    }

    func end() async {
        await stages.finish(within: .seconds(10))
        try? await transport.shutdown()
        await ledger.close()
        await disk.close()
    }
}

@Suite("Two processes on one cache file share calls", .timeLimit(.minutes(3)))
struct SharedFlightTests {
    private static let slow =
        #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"All at once"}],"max_tokens":60,"#
        + #""x-simulate":"slow","x-simulate-delay-ms":400}"#

    private func run(_ test: (Process, Process, SimulatedProvider, String) async throws -> Void) async throws
    {
        let directory = NSTemporaryDirectory() + "/pennyweight-flights-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let provider = SimulatedProvider(prices: try PriceBook.shipped(), time: SystemTime())
        try await provider.start()
        let one = try Process(1, in: directory, provider: provider)
        let two = try Process(2, in: directory, provider: provider)
        try await test(one, two, provider, directory)
        await one.end()
        await two.end()
        await provider.stop()
    }

    @Test("100 identical calls at each of two: the bill says one") func crowd() async throws {
        try await run { one, two, provider, _ in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask { try await (number % 2 == 0 ? one : two).ask(Self.slow).text }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(texts.count == 200 && Set(texts).count == 1)
            #expect(provider.charges.count == 1)
            #expect(provider.attempts.count == 1)
            await one.stages.finish(within: .seconds(10))
            await two.stages.finish(within: .seconds(10))
            let totals = try await [one, two].asyncMap {
                try await $0.ledger.report(ReportQuery(by: .model)).total
            }
            #expect(totals.reduce(0) { $0 + $1.attempts } == 1)
            #expect(totals.reduce(0) { $0 + $1.hits } == 199)
        }
    }

    @Test("a process that is killed while it asks is taken over from") func killed() async throws {
        try await run { one, two, provider, directory in
            // It takes the lease of the same key, and its clock stands still from then on: it never renews.
            let key = try #require(try await one.ask(Self.slow).outcome?.key)
            let disk = try SQLiteCache.open(at: directory + "/cache.sqlite")
            try await disk.remove(key)
            var policy = CacheLeases.Policy()
            policy.lifetime = .seconds(1)
            let killed = CacheLeases(
                on: disk, policy: policy, time: ManualTime(at: SystemTime().now()), random: SystemRandom())
            #expect(try await killed.take(key) == false)
            let answer = try await two.ask(Self.slow)
            #expect(!answer.text.isEmpty && answer.outcome?.label == "miss")
            #expect(provider.charges.count == 2)
            await disk.close()
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
#endif
