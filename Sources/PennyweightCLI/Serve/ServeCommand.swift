#if Gateway
internal import ArgumentParser
private import Foundation
internal import Logging
internal import PennyweightGateway

/// `pennyweight serve`: the OpenAI-compatible gateway.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves OpenAI's API in front of a provider: cached, metered, priced.",
        discussion: """
            Flags are stronger than the environment (PENNYWEIGHT_PORT, …), which is stronger than the file, which is
            stronger than OPENAI_API_KEY and OPENAI_BASE_URL. SIGTERM finishes what runs, settles, and ends.

            Examples:
              pennyweight serve --simulate
              OPENAI_API_KEY=… pennyweight serve
              OPENAI_BASE_URL=http://127.0.0.1:11434/v1 pennyweight serve --port 9000
              pennyweight serve --config gateway.yaml --data /var/lib/pennyweight

            Exit codes: 0 ended on request, 64 wrong flags, 74 a file can't be used, 78 wrong configuration, or an
            address that is taken.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Answer from a simulated provider: no key, no network, nothing is paid.")
    var simulate = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var overrides = options.overrides
        if simulate { overrides["simulate"] = "true" }
        try await Exit.withCodes {
            let configuration = try await GatewayConfiguration.read(
                file: options.config, environment: environment, overrides: overrides)
            try await Server(configuration).run()
        }
    }
}
#endif
