#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightLedger

/// `pennyweight demo`: the gateway on its simulated provider, and a short scene over real HTTP.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Plays a short scene on the simulated provider, and stays up.",
        discussion: """
            Needs no key and no network. Without --data the files are in a new temporary directory.

            Examples:
              pennyweight demo
              pennyweight demo --exit
            """)

    @Flag(name: .customLong("exit"), help: "End after the scene.")
    var exits = false

    @Option(help: "The port of the gateway; 0 for any that is free.")
    var port: Int?

    @Option(help: ArgumentHelp("The directory of ledger.sqlite and cache.sqlite.", valueName: "dir"))
    var data: String?

    /// What the scene may cost: enough for all of it but its last step.
    static let budget = "0.05"

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let directory =
            data
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("pennyweight-demo-\(getpid())")
            .path
        try await Exit.withCodes {
            let configuration = try await GatewayConfiguration.read(
                file: nil, environment: [:],
                overrides: [
                    "simulate": "true", "data": directory, "port": String(port ?? (exits ? 0 : 8_080)),
                    "logLevel": "error", "budget.usd": DemoCommand.budget,
                ])
            let terminal = Terminal.standardOutput(environment: environment)
            let stage = DemoStage(
                configuration: configuration, terminal: terminal, exits: exits,
                command: CommandLine.arguments.first ?? "pennyweight")
            try await stage.run()
        }
    }
}
#endif
