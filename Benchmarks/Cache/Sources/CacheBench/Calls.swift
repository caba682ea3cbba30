import Foundation
import HTTPTypes
import Logging
import Metrics
import Pennyweight
import Tracing

/// Hits through all stages of `StandardStages`, with a ledger in SQLite beside the cache.
final class Calls: Sendable {
    private let ledger: SQLiteLedger
    private let disk: SQLiteCache
    private let pipeline: Pipeline
    private let stages: StandardStages
    private let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    /// With `memoryBytes` of memory in front of the file; 0 for the file alone.
    init(_ path: String, memoryBytes: Int) throws {
        let time = SystemTime()
        ledger = try SQLiteLedger.open(at: path + "-ledger", time: time)
        disk = try SQLiteCache.open(at: path, limitBytes: 1 << 40, time: time)
        stages = StandardStages(
            provider: .init(name: "openai", baseURL: try BaseURL("http://127.0.0.1:9/v1"), key: nil),
            ledger: ledger,
            cache: memoryBytes > 0
                ? TieredCache(front: MemoryCache(limitBytes: memoryBytes), back: disk) : disk,
            prices: try PriceBook.shipped(), time: time, random: SystemRandom(),
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: logger)
        pipeline = stages.pipeline(to: Instant())
    }

    func finish() async {
        await stages.finish(within: .seconds(60))
        await ledger.close()
        await disk.close()
    }

    /// Asks each of the questions once: a miss, that is stored.
    func fill(_ entries: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<64 {
                group.addTask {
                    for number in stride(from: task, to: entries, by: 64) { _ = try await self.ask(number) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Asks them again at random, each timed by itself, its answer's bytes included.
    func measure(entries: Int, reads: Int) async throws {
        var picks = Picks(entries: entries)
        let numbers = (0..<reads).map { _ in picks.next() }
        for number in numbers.prefix(reads / 10) { _ = try await ask(number) }
        let time = SystemTime()
        var samples = [Int64](repeating: 0, count: reads)
        var found = 0
        let allocations = Allocations.count
        for (index, number) in numbers.enumerated() {
            let (request, context) = (Calls.request(number), context(number))
            let start = time.instant()
            let response = try await pipeline.send(request, context: context)
            let bytes = try await response.body.collect(upTo: 1 << 20)
            samples[index] = (time.instant() - start).nanoseconds
            if response.facts.attempts == 0, !bytes.isEmpty { found += 1 }
        }
        // The request and its context are the caller's: counted once more, and taken off.
        let allocated = Allocations.count.flatMap { now in allocations.map { now - $0 } }
        let before = Allocations.count
        for number in numbers { blackHole(Calls.request(number), context(number)) }
        let callers = Allocations.count.flatMap { now in before.map { now - $0 } }
        samples.sort()
        let perRead = allocated.map { String(($0 - (callers ?? 0)) / reads) } ?? "-"
        print(
            "found \(found) p50 \(samples[reads / 2]) p99 \(samples[reads * 99 / 100]) allocations \(perRead)"
        )
    }

    private func ask(_ number: Int) async throws -> [UInt8] {
        let response = try await pipeline.send(Calls.request(number), context: context(number))
        return try await response.body.collect(upTo: 1 << 20)
    }

    private func context(_ number: Int) -> Context {
        Context(id: SortableID(time: SystemTime(), random: SystemRandom()), logger: logger)
    }

    private static func request(_ number: Int) -> Request {
        var request = Request(
            .post, "/chat/completions",
            body: Body(
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Question \#(number)"}],"#
                    + #""max_tokens":200}"#))
        request.head.headerFields[.contentType] = "application/json"
        return request
    }
}

@inline(never)
private func blackHole(_ request: Request, _ context: Context) {}

/// Answers each call at once with 1 KB.
private struct Instant: Transport {
    private let answer = Answer.entry(1, bytes: 1_024).body

    func send(_ request: Request, context: Context) async throws -> Response {
        var response = Response(.ok, body: Body(answer))
        response.head.headerFields[.contentType] = "application/json"
        return response
    }
}
