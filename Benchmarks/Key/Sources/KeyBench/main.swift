import CCount
import Foundation
import Pennyweight
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTime

// KeyBench [ROUNDS]      megabytes per second and allocations of each way, by turns
// KeyBench memory MIB    makes the form of a list of zeros and of a nest of objects, and prints the most memory that was used

let time = SystemTime()
let omitted = ["stream", "stream_options"]

func foundation(_ body: [UInt8]) throws -> Int {
    let value = try JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
    return try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed]).count
}

func form(_ body: [UInt8]) throws -> Int { try CanonicalForm(of: body, omitting: omitted).bytes.count }

func digest(_ body: [UInt8]) throws -> Int { try CanonicalForm(of: body, omitting: omitted).digest.count }

let memo = BodyMemo<[UInt8]>()

/// The digest of a body that was seen before, in other memory than then.
func remembered(_ body: [UInt8]) throws -> Int {
    if let digest = memo.value(of: body, label: "POST /chat/completions") { return digest.count }
    memo.keep(
        try CanonicalForm(of: body, omitting: omitted).digest, of: body + [], label: "POST /chat/completions")
    return 32
}

let format = OpenAIFormat()

/// What the cache asks the format before the key: does this call's answer depend on the body alone?
func question(_ body: [UInt8]) throws -> Int {
    var request = Request(.post, "/chat/completions")
    request.body = Body(body)
    return format.question(in: request)?.model.utf8.count ?? 1
}

/// Nanoseconds and allocations of one call, of many in a row.
func measured(_ body: [UInt8], _ work: ([UInt8]) throws -> Int) throws -> (
    nanoseconds: Double, allocations: Double
) {
    var sum = try work(body)
    var calls = 0
    let (start, allocations) = (time.instant(), allocation_count())
    var spent = Duration.zero
    while spent < .milliseconds(150) || calls < 3 {
        for _ in 0..<max(1, 20_000 / body.count) {
            sum += try work(body)
            calls += 1
        }
        spent = time.instant() - start
    }
    precondition(sum > 0)
    return (
        Double(spent.nanoseconds) / Double(calls), Double(allocation_count() - allocations) / Double(calls)
    )
}

func table(rounds: Int) throws {
    let ways: [(name: String, work: ([UInt8]) throws -> Int)] = [
        ("Foundation: parse and sort", foundation), ("canonical form", form),
        ("canonical form and SHA-256", digest), ("the same, remembered", remembered),
        ("the format's question", question),
    ]
    print("     bytes  way                             MB/s        us  allocations   times Foundation")
    for body in [Sample.small(), Sample.medium(), Sample.large(), Sample.zeros(bytes: 1_000_000)] {
        var best = [(nanoseconds: Double, allocations: Double)](repeating: (.infinity, 0), count: ways.count)
        for _ in 0..<rounds {
            for (index, way) in ways.enumerated() {
                let result = try measured(body, way.work)
                if result.nanoseconds < best[index].nanoseconds { best[index] = result }
            }
        }
        for (way, result) in zip(ways, best) {
            print(
                String(
                    format: "%10d  %@ %8.1f %9.2f %12.1f %12.1f", body.count,
                    way.name.padding(toLength: 27, withPad: " ", startingAt: 0),
                    Double(body.count) / result.nanoseconds * 1_000, result.nanoseconds / 1_000,
                    result.allocations,
                    best[0].nanoseconds / result.nanoseconds))
        }
    }
}

func peak() -> Int { peak_kibibytes() / 1_024 }

func memory(mebibytes: Int, isNest: Bool) throws {
    var body: [UInt8]
    if isNest {
        body = Array(repeatElement(Array(#"{"b":1,"a":0},"#.utf8), count: mebibytes << 20 / 14).joined())
        body = [0x5B] + body + "0]".utf8
    } else {
        body = Sample.zeros(bytes: mebibytes << 20)
    }
    let before = peak()
    let start = time.instant()
    let count = try form(body)
    let spent = (time.instant() - start).nanoseconds
    print(
        "\(isNest ? "[{\"b\":1,\"a\":0},…]" : "[0,0,…]"): \(body.count) bytes, form of \(count) bytes in",
        "\(spent / 1_000_000) ms; peak \(before) MiB before, \(peak()) MiB after")
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "memory" {
    try memory(
        mebibytes: arguments.dropFirst().first.flatMap { Int($0) } ?? 64, isNest: arguments.last == "nest")
} else {
    try table(rounds: arguments.first.flatMap { Int($0) } ?? 3)
}
