#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightAsyncHTTPClient
internal import PennyweightGateway
internal import PennyweightTime

/// `pennyweight doctor`: looks at everything that a gateway needs, and says how to mend what is wrong.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks configuration, files, prices and the upstream; each finding with its fix.",
        discussion: """
            Asks the upstream for its models, which costs nothing. Writes nothing.

            Examples:
              pennyweight doctor
              pennyweight doctor --config gateway.yaml --data /var/lib/pennyweight

            Exit codes: 0 nothing is wrong (there may be warnings), 1 something is.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standardOutput(environment: environment)
        let transport = HTTPClientTransport()
        let examination = Examination(
            transport: transport, time: SystemTime(),
            readConfiguration: {
                try await GatewayConfiguration.read(
                    file: options.config, environment: environment, overrides: options.overrides)
            })
        let findings = await examination.findings(directory: options.data ?? "./pennyweight-data")
        try? await transport.shutdown()
        for finding in findings { for line in finding.lines(on: terminal) { print(line) } }
        if findings.contains(where: { $0.level == .problem }) { throw ExitCode.failure }
    }
}
#endif
