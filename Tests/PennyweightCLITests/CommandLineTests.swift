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
        let command = try ReportCommand.parse(["--by", "day", "--since", "2026-11-01", "--format", "csv"])
        #expect(command.by == .day)
        #expect(command.since?.description == "2026-11-01")
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--since", "yesterday"]) }
        #expect(throws: (any Error).self) { try ReportCommand.parse(["--by", "color"]) }
    }
}
#endif
