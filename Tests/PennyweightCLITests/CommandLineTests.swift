#if Gateway
import ArgumentParser
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("Command line")
struct CommandLineTests {
    @Test("flags become overrides of the configuration, and what is not given is not overridden")
    func overrides() throws {
        let options = try ConfigurationOptions.parse(["--port", "9000", "--data", "/tmp/x"])
        #expect(options.overrides == ["port": "9000", "data": "/tmp/x"])
        #expect(try ConfigurationOptions.parse([]).overrides == [:])
    }

    @Test(
        "every command has help with examples",
        arguments: PennyweightCommand.configuration.subcommands.map { "\($0)" })
    func help(_ name: String) throws {
        let command = try #require(PennyweightCommand.configuration.subcommands.first { "\($0)" == name })
        #expect(PennyweightCommand.helpMessage(for: command).contains("Examples:"))
    }

    @Test("a report's flags are checked")
    func reportFlags() throws {
        let command = try ReportCommand.parse(
            [
                "--by", "day,model", "--since", "2026-11-01", "--until", "2026-11-22T14", "--account",
                "acme/search",
            ]
                + ["--format", "svg"])
        #expect(command.by.list == [.day, .model])
        #expect(command.since?.time.text == "2026-11-01T00:00:00.000Z")
        #expect(command.until?.time.text == "2026-11-22T14:00:00.000Z")
        #expect(try ReportCommand.parse([]).by.list == [.model])
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--since", "yesterday"]) }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--by", "color"]) }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--account", "a b"]) }
        #expect(throws: (any Error).self) {
            try ReportCommand.parse(["--since", "2026-11-02", "--until", "2026-11-02"])
        }
    }
}
#endif
