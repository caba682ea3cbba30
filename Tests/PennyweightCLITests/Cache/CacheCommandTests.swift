#if Gateway
import ArgumentParser
import Foundation
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("pennyweight cache")
struct CacheCommandTests {
    private let binary: LedgerBinary
    private let make = EntryMaker()

    init() throws { binary = try LedgerBinary() }

    private func fill(_ count: Int) async throws {
        let cache = try SQLiteCache.open(at: binary.file("cache.sqlite"))
        for number in 0..<count {
            var entry = make.entry(number, body: make.text(number))
            entry.model = number.isMultiple(of: 2) ? "even-\(number)" : "odd-\(number)"
            entry.tags = ["n": "\(number)"]
            try await cache.store(entry, for: make.key(number))
        }
        await cache.close()
    }

    @Test("without a cache every command says so and makes none") func absent() throws {
        for arguments in [["stats"], ["list"], ["show", "x"], ["purge", "--all", "--yes"], ["export"]] {
            let run = try binary.run(command: ["cache"] + arguments)
            #expect(run.status == 74 && run.errors.contains("There is no cache"), "\(arguments) \(run)")
        }
        #expect(!FileManager.default.fileExists(atPath: binary.file("cache.sqlite")))
    }

    @Test("stats, list and show say what is there") func looking() async throws {
        try await fill(5)
        let stats = try binary.run(command: ["cache", "stats", "--format", "json"])
        #expect(try JSONDocument(stats.output).root["entries"]?.integer == 5, "\(stats)")
        #expect(try binary.run(command: ["cache", "stats"]).output.contains("disk"))
        let csv = try binary.run(command: ["cache", "list", "--format", "csv", "--model", "even*"])
        #expect(csv.output.split(separator: "\r\n").count == 4, "\(csv)")
        let json = try binary.run(command: ["cache", "list", "--format", "json", "--limit", "2"])
        #expect(json.output.split(separator: "\n").count == 2)
        #expect(try binary.run(command: ["cache", "list"]).output.split(separator: "\n").count == 6)
        let shown = try binary.run(command: ["cache", "show", make.id(3).description])
        #expect(shown.output.contains("model: odd-3") && shown.output.contains("Number 3."), "\(shown)")
        let answer = try binary.run(command: ["cache", "show", make.key(3).description, "--answer"])
        #expect(Array(answer.output.utf8) == make.text(3))
        #expect(try binary.run(command: ["cache", "show", "nothing"]).status == 74)
    }

    @Test("purge removes nothing without --yes, and then what it said, also from a running process's memory")
    func purge() async throws {
        try await fill(6)
        let disk = try SQLiteCache.open(at: binary.file("cache.sqlite"))
        let tiers = TieredCache(front: MemoryCache(limitBytes: 1 << 20), back: disk)
        for number in 0..<6 { #expect(try await tiers.entry(for: make.key(number)) != nil) }
        #expect(try binary.run(command: ["cache", "purge"]).status == 64)
        #expect(try binary.run(command: ["cache", "purge", "--model", ""]).status == 64)
        #expect(try binary.run(command: ["cache", "purge", "--all", "--stale"]).status == 64)
        let dry = try binary.run(command: ["cache", "purge", "--model", "even*"])
        #expect(dry.status == 0 && dry.output.contains("3 answers would be removed"), "\(dry)")
        #expect(try disk.statistics().entries == 6)
        let run = try binary.run(command: ["cache", "purge", "--model", "even*", "--yes"])
        #expect(run.output.contains("3 answers removed"), "\(run)")
        for number in 0..<6 {
            let isThere = try await tiers.entry(for: make.key(number)) != nil
            #expect(isThere == !number.isMultiple(of: 2), "entry \(number)")
        }
        #expect(
            try binary.run(command: ["cache", "purge", "--tag", "n=1", "--yes"]).output.contains("1 answer "))
        #expect(try binary.run(command: ["cache", "purge", "--all", "--yes"]).output.contains("2 answers"))
        #expect(try await tiers.entry(for: make.key(3)) == nil)
        await disk.close()
    }

    @Test("an export that broke off anywhere is gone on with, and what it has is imported as it was")
    func exportImport() async throws {
        try await fill(8)
        let path = binary.file("answers.jsonl")
        let whole = try binary.run(command: ["cache", "export"]).output
        #expect(whole.split(separator: "\n").count == 8)
        let bytes = Array(whole.utf8)
        for cut in [0, 1, bytes.count / 2, bytes.count / 3, bytes.count - 1, bytes.count] {
            try Data(bytes.prefix(cut)).write(to: URL(fileURLWithPath: path))
            let run = try binary.run(command: ["cache", "export", "--out", path, "--resume"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == whole, "cut at \(cut)")
        }
        #expect(try binary.run(command: ["cache", "export", "--out", path]).status == 74)
        _ = try binary.run(command: ["cache", "purge", "--all", "--yes"])
        let read = try binary.run(command: ["cache", "import", path])
        #expect(read.output.contains("8 answers stored, 0 there already"), "\(read)")
        #expect(try binary.run(command: ["cache", "export"]).output == whole)
        #expect(
            try binary.run(command: ["cache", "import", path]).output.contains("0 answers stored, 8 there"))
        try Data(bytes.dropLast(5)).write(to: URL(fileURLWithPath: path))
        #expect(try binary.run(command: ["cache", "import", path, "--replace"]).status == 74)
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: path))
        let wrong = try binary.run(command: ["cache", "import", path])
        #expect(wrong.status == 74 && wrong.errors.contains("Line 1"), "\(wrong)")
    }

    @Test("sealed answers are listed without the secret, and shown, exported and imported with it")
    func sealed() async throws {
        let secret = try #require(CacheSecret(reading: String(repeating: "ab", count: 32)))
        let cache = try SQLiteCache.open(at: binary.file("cache.sqlite"))
        for number in 0..<3 {
            let entry = make.entry(number, body: make.text(number))
            try await cache.store(entry, for: make.key(number).blinded(by: secret))
        }
        await cache.close()
        let (file, wrong) = (binary.file("secret"), binary.file("wrong"))
        try Data((String(repeating: "ab", count: 32) + "\n").utf8).write(to: URL(fileURLWithPath: file))
        try Data(String(repeating: "cd", count: 32).utf8).write(to: URL(fileURLWithPath: wrong))
        let id = make.id(1).description
        #expect(try binary.run(command: ["cache", "list"]).output.split(separator: "\n").count == 4)
        for given in [[], ["--secret-file", wrong]] {
            let shown = try binary.run(command: ["cache", "show", id] + given)
            #expect(shown.status == 0 && shown.output.contains("sealed: yes"), "\(shown)")
            #expect(!shown.output.contains("Number 1."))
            #expect(try binary.run(command: ["cache", "show", id, "--answer"] + given).status == 74)
            let out = try binary.run(command: ["cache", "export"] + given)
            #expect(
                out.status == 74 && out.output.isEmpty && out.errors.contains("3 answers left out"), "\(out)")
        }
        let shown = try binary.run(command: ["cache", "show", id, "--secret-file", file])
        #expect(shown.output.contains("Number 1."), "\(shown)")
        let out = try binary.run(command: ["cache", "export", "--secret-file", file])
        #expect(out.status == 0 && out.output.contains("Number 2."), "\(out)")
        let path = binary.file("sealed.jsonl")
        // One more, which was never sealed.
        let plain = EntryLine.text(make.entry(7, body: make.text(7)), for: make.key(7))
        try Data((out.output + plain).utf8).write(to: URL(fileURLWithPath: path))
        _ = try binary.run(command: ["cache", "purge", "--all", "--yes"])
        let refused = try binary.run(command: ["cache", "import", path])
        #expect(refused.status == 74 && refused.errors.contains("takes the secret"), "\(refused)")
        let read = try binary.run(command: ["cache", "import", path, "--secret-file", file])
        #expect(read.output.contains("4 answers stored"), "\(read)")
        let again = try SQLiteCache.open(at: binary.file("cache.sqlite"), requiresSecret: true)
        for number in [0, 1, 2, 7] {
            let found = try await again.entry(for: make.key(number).blinded(by: secret))
            #expect(found?.body == make.text(number))
        }
        await again.close()
        #expect(try binary.run(command: ["cache", "show", id, "--secret-file", path]).status == 74)
    }

    @Test("a line has everything that an entry has") func lines() throws {
        for (number, entry) in make.variants.enumerated() {
            let line = EntryLine.text(entry, for: make.key(number))
            #expect(line.hasSuffix("\n") && line.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
            let read = try #require(EntryLine.entry(in: Array(line.utf8.dropLast())), "variant \(number)")
            #expect(read.key == make.key(number) && read.entry == entry, "variant \(number)")
        }
    }

    @Test(
        "ages read as a number with its unit",
        arguments: [("90s", 90), ("30m", 1_800), ("12h", 43_200), ("7d", 604_800), ("0s", 0)])
    func ages(text: String, seconds: Int64) {
        #expect(CacheAge(argument: text)?.duration == .seconds(seconds))
        for wrong in ["", "7", "d", "-1d", "1w", "1.5h", "99999999999999999d"] {
            #expect(CacheAge(argument: wrong) == nil, "\(wrong)")
        }
    }
}
#endif
