import Foundation
import PennyweightLedger
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime

/// A ledger in a directory of its own, and the command that is run on it.
final class LedgerBinary: Sendable {
    let directory: String

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/pennyweight-cli-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        directory = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    func file(_ name: String) -> String { directory + "/" + name }

    func open() throws -> SQLiteLedger {
        try SQLiteLedger.open(at: file("ledger.sqlite"), time: ManualTime())
    }

    /// Writes attempts with 100 input and 10 output tokens of one model, each at $0.000021, an hour apart.
    func fill(_ ledger: SQLiteLedger, count: Int, account: String = "acme", tag: String = "x") async throws {
        let make = LineMaker(seed: 21)
        let items = try [
            LineItem(unit: .inputToken, count: 100, unitPrice: Money(picos: 150_000)),
            LineItem(unit: .outputToken, count: 10, unitPrice: Money(picos: 600_000)),
        ]
        for index in 0..<count {
            let plain = make.hold(after: .seconds(index * 3_600))
            let hold = Hold(
                id: plain.id, callID: plain.callID, attempt: 1,
                subject: Subject(
                    account: account, user: "=1+1", tags: ["team": tag], provider: "openai",
                    model: "gpt-4o-mini", route: "/chat/completions"),
                upperBound: plain.upperBound, openedAt: plain.openedAt, expiresAt: plain.expiresAt)
            try await ledger.reserve(hold)
            try await ledger.settle(
                Settlement(
                    holdID: hold.id, outcome: .served, cost: .exact(Money(picos: 21_000_000)), items: items,
                    usage: Usage(tokens: TokenUsage(input: 100, output: 10), raw: Array("{\"a\":1}".utf8)),
                    executedModel: "gpt-4o-mini-2024-07-18", priceVersion: "book/1", status: 200,
                    settledAt: hold.openedAt + .seconds(1)))
        }
    }

    /// Runs `pennyweight ledger` with these arguments and `--data`.
    func run(_ arguments: String..., limit: Int? = nil) throws -> Outcome {
        try run([], ["ledger"] + arguments, limit: limit)
    }

    /// Runs `pennyweight` with these arguments and `--data`.
    func run(command arguments: [String], limit: Int? = nil) throws -> Outcome {
        try run([], arguments, limit: limit)
    }

    /// Runs any command of `pennyweight` with `--data`, behind another command if one is given.
    func run(_ front: [String], _ arguments: [String], limit: Int? = nil) throws -> Outcome {
        let process = Process()
        let command = [try LedgerBinary.path()] + arguments + ["--data", directory]
        if !front.isEmpty {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = front + command
        } else if let limit {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$@\"", "sh"] + command
        } else {
            process.executableURL = URL(fileURLWithPath: command[0])
            process.arguments = Array(command.dropFirst())
        }
        // Files, because a full pipe would make both sides wait for each other.
        let (output, errors) = (file("stdout"), file("stderr"))
        for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    /// The command lies beside the tests.
    private static func path() throws -> String {
        var folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("pennyweight").path
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
                !isDirectory.boolValue
            {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
