#if Gateway
import Foundation
import PennyweightJSON
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI
@testable import PennyweightSQLite

@Suite("pennyweight ledger")
struct LedgerCommandTests {
    private let binary: LedgerBinary

    init() throws { binary = try LedgerBinary() }

    @Test("verify: 0 if sound, 1 with what is wrong and where, 74 without a ledger, 64 for a wrong digest")
    func verify() async throws {
        #expect(try binary.run("verify").status == 74)
        #expect(try binary.run("verify", "--expect", "abc").status == 64)
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 5)
        let sound = try binary.run("verify", "--format", "json")
        #expect(sound.status == 0)
        let root = try JSONDocument(sound.output).root
        #expect(root["sound"]?.bool == true && root["lines"]?.integer == 5)
        let digest = try #require(root["digest"]?.string)
        #expect(try binary.run("verify", "--expect", digest).status == 0)
        await ledger.close()
        let connection = try Connection(binary.file("ledger.sqlite"), SQLiteLedger.options)
        try connection.execute(
            "DROP TRIGGER line_is_not_changed; UPDATE line SET cost_lower = 1 WHERE id = 2")
        let broken = try binary.run("verify")
        #expect(broken.status == 1)
        #expect(broken.output.contains("problem  chain: rows of 'line' in commit"), "\(broken.output)")
        #expect(broken.output.contains("(line 2)") && broken.output.contains("NOT SOUND"))
        #expect(broken.errors.isEmpty)
    }

    @Test(
        "export: a file that broke off anywhere is gone on with, and is then what a whole export is",
        arguments: ExportFormat.allCases)
    func resume(format: ExportFormat) async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 12)
        let format = format.rawValue
        let whole = try binary.run("export", "--format", format).output
        #expect(whole.split(whereSeparator: \.isNewline).count == (format == "csv" ? 13 : 12))
        let bytes = Array(whole.utf8)
        let path = binary.file("lines")
        for cut in [0, 1, 300, bytes.count / 2, bytes.count / 2 + 17, bytes.count - 1, bytes.count] {
            try Data(bytes.prefix(cut)).write(to: URL(fileURLWithPath: path))
            let run = try binary.run("export", "--format", format, "--out", path, "--resume")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == whole, "cut at \(cut)")
        }
        try await binary.fill(ledger, count: 0)
        #expect(try binary.run("export", "--format", format, "--out", path).status == 74)
        try Data("something else\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try binary.run("export", "--format", format, "--out", path, "--resume").status == 74)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "something else\n")
        await ledger.close()
    }

    @Test("export: a full disk is told with the line it reached, and the export goes on from there")
    func diskFull() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 600, tag: String(repeating: "t", count: 200))
        let path = binary.file("lines.jsonl")
        let broken = try binary.run("export", "--format", "jsonl", "--out", path, limit: 512)
        #expect(broken.status == 74)
        #expect(broken.errors.contains("free space, and go on with --resume"), "\(broken.errors)")
        #expect(try binary.run("export", "--format", "jsonl", "--out", path, "--resume").status == 0)
        let whole = try binary.run("export", "--format", "jsonl").output
        #expect(try String(contentsOfFile: path, encoding: .utf8) == whole)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        await ledger.close()
    }

    @Test("export: time, account and number bound what is written")
    func bounds() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 30)
        await ledger.close()
        let start = try #require(
            JSONDocument(
                binary.run("export", "--format", "jsonl").output.split(separator: "\n").map(String.init)[0]
            )
            .root["at"]?.string)
        let count = { (run: LedgerBinary.Outcome) in run.output.split(separator: "\n").count }
        #expect(try count(binary.run("export", "--format", "jsonl", "--after", "25")) == 5)
        #expect(try count(binary.run("export", "--format", "jsonl", "--account", "acme/x")) == 0)
        #expect(
            try count(
                binary.run(
                    "export", "--format", "jsonl", "--since", String(start.prefix(13)), "--until",
                    String(start.prefix(11)) + "05")) == 5)
        #expect(try binary.run("export", "--resume").status == 64)
    }

    @Test("backup: a private copy that verifies; nothing is overwritten without --force")
    func backup() async throws {
        let ledger = try binary.open()
        try await binary.fill(ledger, count: 5)
        let copy = binary.file("copy/ledger.sqlite")
        #expect(try binary.run("backup", copy).status == 74)
        try FileManager.default.createDirectory(
            atPath: binary.file("copy"), withIntermediateDirectories: true)
        let made = try binary.run("backup", copy)
        #expect(made.status == 0 && made.output.contains("5 lines"), "\(made.errors)")
        #expect(try binary.run("backup", copy).status == 74)
        #expect(try binary.run("backup", copy, "--force").status == 0)
        let digest = made.output.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) }
        let verdict = try SQLiteLedger.open(at: copy, access: .reading, time: SystemTime())
            .verify(expecting: digest)
        #expect(verdict.isSound && verdict.lines == 5)
        await ledger.close()
    }
}
#endif
