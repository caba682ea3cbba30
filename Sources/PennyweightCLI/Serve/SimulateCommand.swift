#if Gateway
internal import ArgumentParser
internal import PennyweightLedger
internal import PennyweightTesting
internal import PennyweightTime
internal import ServiceLifecycle
internal import UnixSignals
internal import Logging

/// `pennyweight simulate`: the simulated provider alone, for tests of any OpenAI client.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Serves a simulated provider: OpenAI's wire, scripted faults, and a bill.",
        discussion: """
            The same question gets the same answer. Faults are chosen by model name (simulated/500-twice) or by the
            header x-simulate. What it charged is at /simulator/charges.

            Examples:
              pennyweight simulate --port 9100
              OPENAI_BASE_URL=http://127.0.0.1:9100/v1 OPENAI_API_KEY=any pennyweight serve
            """)

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 9100

    @Option(help: "Milliseconds between two tokens of an answer.")
    var paceMs = 10

    @Option(help: "What the answers are made from.")
    var seed: UInt64 = 42

    func run() async throws {
        let provider = SimulatedProvider(
            seed: seed, pace: .milliseconds(paceMs), prices: try PriceBook.shipped(), time: SystemTime())
        do {
            try await provider.start(port: port)
        } catch {
            throw ValidationError(
                "127.0.0.1:\(port) can't be listened on: stop what listens there, or give another --port.")
        }
        print("simulator: \(provider.rootURL)")
        StandardOutput.flush()
        let group = ServiceGroup(
            services: [provider], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "pennyweight.simulator"))
        try await group.run()
    }
}
#endif
