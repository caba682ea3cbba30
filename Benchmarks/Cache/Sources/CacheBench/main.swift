import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTime

// CacheBench fill FILE ENTRIES BYTES     stores ENTRIES answers of about BYTES each; prints what the file takes
// CacheBench disk FILE ENTRIES READS     reads entries at random through SQLiteCache; prints p50, p99, allocations
// CacheBench memory ENTRIES BYTES READS  the same through MemoryCache
// CacheBench front FILE ENTRIES READS    the same through TieredCache, from its front
// CacheBench calls FILE ENTRIES READS MB hits through the whole pipeline, with MB of memory in front; 0 for none
// CacheBench dictionary FILE             writes the chat dictionary, for the plain program

let arguments = Array(CommandLine.arguments.dropFirst())
func number(_ index: Int) -> Int { arguments.indices.contains(index) ? Int(arguments[index]) ?? 0 : 0 }
let limit: Int64 = 1 << 40

switch arguments.first {
case "fill":
    let cache = try SQLiteCache.open(at: arguments[1], limitBytes: limit, time: SystemTime())
    let (entries, bytes) = (number(2), number(3))
    // As many as are written together.
    await withTaskGroup(of: Void.self) { group in
        for task in 0..<64 {
            group.addTask {
                for number in stride(from: task, to: entries, by: 64) {
                    try? await cache.store(Answer.entry(number, bytes: bytes), for: Answer.key(number))
                }
            }
        }
    }
    let tier = try cache.statistics().tiers[0]
    await cache.close()
    print("entries \(tier.entries) plain \(tier.plainBytes ?? 0) counted \(tier.bytes)")
case "disk":
    let cache = try SQLiteCache.open(at: arguments[1], limitBytes: limit, time: SystemTime())
    try await measure(cache, entries: number(2), reads: number(3))
    await cache.close()
case "memory":
    let cache = MemoryCache(limitBytes: 8 << 30)
    for entry in 0..<number(1) {
        await cache.store(Answer.entry(entry, bytes: number(2)), for: Answer.key(entry))
    }
    try await measure(cache, entries: number(1), reads: number(3))
case "front":
    let disk = try SQLiteCache.open(at: arguments[1], limitBytes: limit, time: SystemTime())
    let cache = TieredCache(front: MemoryCache(limitBytes: 8 << 30), back: disk)
    for entry in 0..<number(2) { _ = try await cache.entry(for: Answer.key(entry)) }
    try await measure(cache, entries: number(2), reads: number(3))
    await disk.close()
case "calls":
    let calls = try Calls(arguments[1], memoryBytes: number(4) << 20)
    try await calls.fill(number(2))
    try await calls.measure(entries: number(2), reads: number(3))
    await calls.finish()
case "dictionary":
    try Data(SQLiteCache.dictionary(1) ?? []).write(to: URL(fileURLWithPath: arguments[1]))
default:
    print("usage: CacheBench fill|disk|memory|front|calls|dictionary …")
}

/// Reads entries at random, each timed by itself.
func measure(_ cache: some CacheStore, entries: Int, reads: Int) async throws {
    // Keys are made before the clock starts; a tenth is read to warm up.
    var picks = Picks(entries: entries)
    let keys = (0..<reads).map { _ in Answer.key(picks.next()) }
    for key in keys.prefix(reads / 10) { _ = try await cache.entry(for: key) }
    let time = SystemTime()
    var samples = [Int64](repeating: 0, count: reads)
    var found = 0
    let allocations = Allocations.count
    for (index, key) in keys.enumerated() {
        let start = time.instant()
        if let entry = try await cache.entry(for: key) { found += entry.body.isEmpty ? 0 : 1 }
        samples[index] = (time.instant() - start).nanoseconds
    }
    let allocated = Allocations.count.flatMap { now in allocations.map { now - $0 } }
    samples.sort()
    let perRead = allocated.map { String($0 / reads) } ?? "-"
    print(
        "found \(found) p50 \(samples[reads / 2]) p99 \(samples[reads * 99 / 100]) allocations \(perRead)")
}
