#if Gateway && os(Linux)
import Foundation
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

/// Mounts a directory read-only for one command.
private enum ReadOnlyMount {
    static let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\""

    static let isAllowed: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "sh", "-c", script, NSTemporaryDirectory(), "true"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

/// Root writes wherever the file system lets it, so only one that is mounted read-only tells. It is mounted
/// in a namespace of its own, where that is allowed.
@Suite("A ledger on a read-only file system", .enabled(if: ReadOnlyMount.isAllowed))
struct ReadOnlyLedgerTests {
    private let binary: LedgerBinary

    init() throws { binary = try LedgerBinary() }

    private func report() throws -> LedgerBinary.Outcome {
        try binary.run(
            ["unshare", "-m", "sh", "-c", ReadOnlyMount.script, binary.directory],
            ["report", "--format", "csv"])
    }

    @Test("closed: the whole ledger is in its file, and is read") func closed() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 3)
        await ledger.close()
        let report = try report()
        #expect(report.status == 0 && report.errors.isEmpty, "\(report.errors)")
        #expect(report.output.contains("gpt-4o-mini-2024-07-18,3,0,300"), "\(report.output)")
    }

    @Test("in use elsewhere: it is read with what is only in its log") func inUse() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 3)
        let report = try report()
        #expect(report.status == 0, "\(report.errors)")
        #expect(report.output.contains("gpt-4o-mini-2024-07-18,3,0,300"), "\(report.output)")
        await ledger.close()
    }

    @Test("left with a full log by a process that died: read with '-shm', else refused with what to do")
    func died() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 3)
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.copyItem(
                atPath: binary.file("ledger.sqlite") + suffix, toPath: binary.file("copy\(suffix)"))
        }
        await ledger.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: binary.file("ledger.sqlite") + suffix)
            try FileManager.default.moveItem(
                atPath: binary.file("copy\(suffix)"), toPath: binary.file("ledger.sqlite") + suffix)
        }
        let whole = try report()
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.output.contains("gpt-4o-mini-2024-07-18,3,0,300"), "\(whole.output)")
        try FileManager.default.removeItem(atPath: binary.file("ledger.sqlite-shm"))
        let refused = try report()
        #expect(refused.status == 74)
        #expect(refused.errors.contains("Copy both to a directory"), "\(refused.errors)")
    }
}
#endif
