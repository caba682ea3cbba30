import Foundation
import PennyweightLedger
import PennyweightSQLite
import PennyweightTime

/// What the benchmark needs of the ledger itself: an empty file, the totals of lines that were written behind
/// its back, and the time that `report()` takes.
@main
enum ReportBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("create", 2):
            let ledger = try SQLiteLedger.open(at: arguments[1], time: SystemTime())
            await ledger.close()
        case ("totals", 2):
            let ledger = try SQLiteLedger.open(at: arguments[1], time: SystemTime())
            let start = SystemTime().instant()
            try await ledger.rebuildTotals()
            print("\((SystemTime().instant() - start).milliseconds) ms")
            await ledger.close()
        case ("time", 4):
            try await time(small: arguments[1], large: arguments[2], rounds: Int(arguments[3]) ?? 21)
        case ("verify", 2):
            try verify(arguments[1])
        default:
            print("Usage: ReportBench create FILE | totals FILE | verify FILE | time SMALL LARGE ROUNDS")
        }
    }

    /// Verifies a file; prints how long each check took, and the most memory that the process had.
    private static func verify(_ path: String) throws {
        let ledger = try SQLiteLedger.open(at: path, access: .reading, time: SystemTime())
        var starts: [(name: String, at: MonotonicInstant)] = []
        let verdict = try ledger.verify { step in
            guard starts.last?.name != step.check.rawValue else { return }
            starts.append((step.check.rawValue, SystemTime().instant()))
        }
        let ends = starts.dropFirst().map(\.at) + [SystemTime().instant()]
        for (start, end) in zip(starts, ends) { print("\(start.name): \((end - start.at).milliseconds) ms") }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let memory = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? "VmHWM: unknown"
        print(
            "\(verdict.lines) lines, \(verdict.commits) commits, "
                + "\(verdict.isSound ? "sound" : "\(verdict.findings)"); \(memory)")
    }

    /// Times both files in turns, so that whatever else the machine does meets both.
    private static func time(small: String, large: String, rounds: Int) async throws {
        let ledgers = try [small, large].map {
            try SQLiteLedger.open(at: $0, access: .reading, time: SystemTime())
        }
        for groupings in [[.day, .model], [.model], [.account, .outcome], [.tag]] as [[ReportQuery.Grouping]]
        {
            var query = ReportQuery(by: .model)
            query.groupings = groupings
            var microseconds: [[Int64]] = [[], []]
            var rows = [0, 0]
            for _ in 0..<(rounds + 1) {
                for (index, ledger) in ledgers.enumerated() {
                    let start = SystemTime().instant()
                    rows[index] = try await ledger.report(query).rows.count
                    microseconds[index].append((SystemTime().instant() - start).nanoseconds / 1_000)
                }
            }
            let medians = microseconds.map { $0.dropFirst().sorted()[rounds / 2] }
            let worst = microseconds.map { $0.dropFirst().max() ?? 0 }
            print(
                "report() by \(groupings.map(\.rawValue).joined(separator: ",")): "
                    + "\(rows[0]) and \(rows[1]) rows, median \(milliseconds(medians[0])) and "
                    + "\(milliseconds(medians[1])) ms, worst \(milliseconds(worst[0])) and "
                    + "\(milliseconds(worst[1])) ms, ratio \(ratio(medians[1], medians[0]))")
        }
        for ledger in ledgers { _ = try ledger.lines(limit: 100) }
    }

    private static func milliseconds(_ microseconds: Int64) -> String {
        "\(microseconds / 1_000).\(String(format: "%03d", Int(microseconds % 1_000)))"
    }

    private static func ratio(_ one: Int64, _ other: Int64) -> String {
        let hundredths = Int(one * 100 / max(1, other))
        return "\(hundredths / 100).\(String(format: "%02d", hundredths % 100))"
    }
}
