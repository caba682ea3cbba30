import Foundation
import PennyweightLedger
import PennyweightSQLite
import PennyweightTime

// LedgerBench FILE LINES TASKS   writes LINES lines from TASKS tasks; prints lines, time and processor time
// LedgerBench FILE LINES         writes LINES lines one after the other; prints what a call waits for, p50 and p99

let arguments = CommandLine.arguments
guard arguments.count >= 3, let lines = Int(arguments[2]) else {
    print("usage: LedgerBench FILE LINES [TASKS]")
    throw CancellationError()
}
let time = SystemTime()
let ledger = try SQLiteLedger.open(at: arguments[1], time: time)
// Made before the clock starts: only the ledger is measured.
let exchanges = try (0..<lines).map { try Exchange(number: $0, time: time, random: SystemRandom()) }

if let tasks = arguments.dropFirst(3).first.flatMap({ Int($0) }) {
    let (start, used) = (time.instant(), processorNanoseconds())
    try await withThrowingTaskGroup { group in
        for task in 0..<tasks {
            group.addTask {
                for number in stride(from: task, to: lines, by: tasks) {
                    try await ledger.reserve(exchanges[number].hold)
                    try await ledger.settle(exchanges[number].settlement)
                }
            }
        }
        try await group.waitForAll()
    }
    let nanoseconds = (time.instant() - start).nanoseconds
    print("lines \(lines) nanoseconds \(nanoseconds) processor \(processorNanoseconds() - used)")
} else {
    var reserved: [Int64] = []
    var settled: [Int64] = []
    for exchange in exchanges {
        let start = time.instant()
        try await ledger.reserve(exchange.hold)
        let middle = time.instant()
        try await ledger.settle(exchange.settlement)
        reserved.append((middle - start).nanoseconds)
        settled.append((time.instant() - middle).nanoseconds)
    }
    let both = zip(reserved, settled).map(+)
    for (name, samples) in [("reserve", reserved), ("settle", settled), ("both", both)] {
        let sorted = samples.sorted()
        func microseconds(_ percent: Int) -> Int64 { sorted[(sorted.count - 1) * percent / 100] / 1_000 }
        print("\(name) p50 \(microseconds(50)) us, p99 \(microseconds(99)) us")
    }
}
await ledger.close()

/// What this process has used of all processors, in nanoseconds.
func processorNanoseconds() -> Int64 {
    var spent = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
    return Int64(spent.tv_sec) * 1_000_000_000 + Int64(spent.tv_nsec)
}
