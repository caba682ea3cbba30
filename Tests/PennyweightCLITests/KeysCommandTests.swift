#if Gateway
import ArgumentParser
import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite struct KeysCommandTests {
    @Test("flags are read")
    func flags() throws {
        let create = try #require(
            try PennyweightCommand.parseAsRoot([
                "keys", "create", "--account", "acme/search", "--models", "gpt-4o*, o3", "--routes",
                "/chat/completions", "--expires", "2027-01-01", "--quiet", "--data", "/tmp/x",
            ]) as? KeysCreateCommand)
        #expect(create.account == "acme/search")
        #expect(create.quiet)
        #expect(create.ledger.data == "/tmp/x")
        #expect(throws: (any Error).self) { try PennyweightCommand.parseAsRoot(["keys", "create"]) }
        #expect(throws: (any Error).self) { try PennyweightCommand.parseAsRoot(["keys", "revoke"]) }
    }

    @Test("what can't be granted ends with a reason, before a file is touched")
    func refused() async throws {
        for arguments in [
            ["--account", "a b"], ["--account", "a", "--expires", "soon"],
            ["--account", "a", "--expires", "2001-01-01"],
            ["--account", "a", "--models", ","], ["--account", "a", "--routes", "chat"],
        ] {
            let parsed = try PennyweightCommand.parseAsRoot(
                ["keys", "create", "--data", "/nowhere/at/all"] + arguments)
            let command = try #require(parsed as? KeysCreateCommand)
            await #expect(throws: ValidationError.self, "\(arguments)") { try await command.run() }
        }
    }

    @Test("a list has every key, over all pages")
    func all() async throws {
        let time = ManualTime()
        let store = MemoryKeys()
        for number in 0..<230 {
            try await store.add(
                VirtualKey(
                    id: "k\(number)", name: nil, secretDigest: [], lastFour: "abcd", account: "acme",
                    createdAt: time.now()))
        }
        let keys = try await KeysListCommand.all(in: store, at: time.now())
        #expect(keys.count == 230)
        #expect(keys.first?.id == "k229")
        let lines = KeyTable.lines(keys, at: time.now())
        #expect(lines.count == 231)
        #expect(lines[0].hasPrefix("id"))
        #expect(lines[1].contains("acme"))
        #expect(lines[1].contains("active"))
    }
}
#endif
