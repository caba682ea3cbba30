import Foundation
import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightCLI
@testable import PennyweightSQLite

@Suite("Finding")
struct FindingTests {
    @Test("a finding says its level, its subject and its fix")
    func lines() {
        let finding = Finding.problem("upstream", "refuses the key", fix: "set OPENAI_API_KEY")
        #expect(
            finding.lines(on: .plain) == [
                "problem  upstream: refuses the key", "         fix: set OPENAI_API_KEY",
            ])
        #expect(Finding.fine("prices", "440 models").lines(on: .plain) == ["ok       prices: 440 models"])
    }
}

#if Gateway
import PennyweightGateway
import PennyweightLedger
import PennyweightMiddleware

@Suite("Examination")
struct ExaminationTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22

    /// Nothing is there, and this user may create it.
    private let absent = NSTemporaryDirectory() + "/pennyweight-absent-\(getpid())/data"

    private func findings(_ upstream: [ScriptedTransport.Step], directory: String) async throws -> [Finding] {
        let transport = ScriptedTransport(upstream)
        let examination = Examination(transport: transport, time: time) {
            var configuration = GatewayConfiguration(
                upstream: .init(baseURL: try BaseURL("http://127.0.0.1:9/v1"), key: try Secret("key")))
            configuration.dataDirectory = directory
            return configuration
        }
        return await examination.findings(directory: directory)
    }

    @Test("nothing is wrong with a fresh set-up whose upstream answers")
    func fine() async throws {
        let findings = try await findings([.answer(200, "{}")], directory: absent)
        #expect(findings.map(\.level) == [.fine, .fine, .fine, .fine])
        #expect(findings.map(\.subject) == ["configuration", "files", "prices", "upstream"])
    }

    @Test(
        "what the upstream answers becomes a finding with a fix",
        arguments: [(401, Finding.Level.problem), (404, .warning), (500, .warning)])
    func upstream(_ status: Int, _ level: Finding.Level) async throws {
        let found = try await findings([.status(status)], directory: absent).last
        #expect(found?.level == level)
        #expect(found?.fix != nil)
    }

    @Test("an upstream that can't be reached is a problem")
    func unreachable() async throws {
        let failure = Failure(.connectionFailed, "127.0.0.1:9 can't be reached.", wasNeverSent: true)
        let found = try await findings([.fail(failure)], directory: absent).last
        #expect(found?.level == .problem)
        #expect(found?.message == "127.0.0.1:9 can't be reached.")
    }

    @Test("every problem of the configuration is a finding of its own")
    func configuration() async {
        let examination = Examination(transport: ScriptedTransport([]), time: time) {
            throw ConfigurationError(["Key 'port': …", "Key 'data': …"])
        }
        let findings = await examination.findings(directory: absent)
        #expect(findings.filter { $0.subject == "configuration" && $0.level == .problem }.count == 2)
    }

    @Test("a path that is no directory is a problem")
    func notADirectory() async throws {
        let found = try await findings([.answer(200, "{}")], directory: "/dev/null")
        #expect(found.contains { $0.subject == "files" && $0.level == .problem })
    }
}

@Suite("FilesExamination")
final class FilesExaminationTests {
    private let path: String

    init() throws {
        let url = try FileManager.default.url(
            for: .itemReplacementDirectory, in: .userDomainMask,
            appropriateFor: FileManager.default.temporaryDirectory, create: true)
        path = url.path
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    deinit {
        try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        try? FileManager.default.removeItem(atPath: path)
    }

    private func makeLedger() async throws {
        let ledger = try SQLiteLedger.open(at: path + "/ledger.sqlite", time: ManualTime())
        for _ in 0..<3 { try await ledger.proveWritable() }
        await ledger.close()
    }

    @Test("a whole ledger that may be written is fine") func whole() async throws {
        try await makeLedger()
        #expect(await FilesExamination(path).findings().map(\.level) == [.fine])
    }

    @Test("damage inside the ledger is a problem, though a report would not notice") func damage()
        async throws
    {
        try await makeLedger()
        let file = URL(fileURLWithPath: path + "/ledger.sqlite")
        let page = try Connection(file.path, SQLiteLedger.options.reading).number(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'pulse'")
        var bytes = try Data(contentsOf: file)
        let offset = Int(page - 1) * 4_096
        bytes.replaceSubrange(offset..<(offset + 64), with: [UInt8](repeating: 0xA5, count: 64))
        try bytes.write(to: file)
        let found = await FilesExamination(path).findings()
        #expect(found.contains { $0.level == .problem && $0.message.contains("damaged") && $0.fix != nil })
        #expect(try Data(contentsOf: file) == bytes, "doctor writes nothing")
    }

    @Test("a directory that this user can't write is a problem with a fix") func unwritable() async throws {
        let path = path
        let found = await FilesExamination(path, isWritable: { $0 != path }).findings()
        #expect(found.first?.level == .problem)
        #expect(found.first?.message.contains("can't write \(path)") == true)
        #expect(found.first?.fix?.contains("chmod u+rwx \(path)") == true)
    }

    @Test("the system is asked who may write", .enabled(if: geteuid() != 0, "root may write anything"))
    func unwritableForReal() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path)
        #expect(await FilesExamination(path).findings().contains { $0.level == .problem })
        #expect(await FilesExamination(path + "/below/data").findings().map(\.level) == [.problem])
    }

    @Test("a ledger that this user can't write is a problem") func unwritableLedger() async throws {
        try await makeLedger()
        let found = await FilesExamination(path, isWritable: { !$0.hasSuffix(".sqlite") }).findings()
        #expect(found.map(\.level) == [.problem, .fine])
        #expect(found.first?.message.contains("ledger.sqlite") == true)
    }

    @Test("a directory that can't be created is a problem") func uncreatable() async {
        let found = await FilesExamination(path + "/a/b", isWritable: { _ in false }).findings()
        #expect(found.map(\.level) == [.problem])
        #expect(found.first?.message.contains("can't create it in") == true)
    }
}
#endif
