#if Gateway
internal import PennyweightAsyncHTTPClient
internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightSQLite
internal import PennyweightTime

/// Starts the gateway, plays the scene in front of it, says what it cost, and stays up or ends.
struct DemoStage: Sendable {
    let configuration: GatewayConfiguration
    let terminal: Terminal
    let exits: Bool
    /// How this program was called, for the commands that it suggests.
    let command: String

    func run() async throws {
        let (opened, listening) = AsyncStream<Server.Addresses>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let server = Server(configuration) { addresses in
            listening.yield(addresses)
            listening.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run()
            }
            for await addresses in opened {
                try await play(at: addresses)
                if exits {
                    await addresses.shutDown()
                } else {
                    invite(addresses)
                }
            }
            try await group.waitForAll()
        }
    }

    private func play(at addresses: Server.Addresses) async throws {
        let transport = HTTPClientTransport()
        let player = ScenePlayer(
            transport: transport, authority: "127.0.0.1:\(addresses.port)", time: SystemTime(),
            random: SystemRandom())
        print(
            "A gateway, a simulated provider, and a budget of $\(DemoCommand.budget). "
                + "Every line is one HTTP call.\n"
        )
        var results: [ScenePlayer.Result] = []
        do {
            for step in Scene.standard.steps { results += try await player.playAll(step) }
            for line in SceneTable(results: results, terminal: terminal).lines { print(line) }
            try await compare(player, addresses)
        } catch {
            try? await transport.shutdown()
            throw error
        }
        try? await transport.shutdown()
    }

    /// Says what the ledger counted, and whether the provider's bill agrees.
    private func compare(_ player: ScenePlayer, _ addresses: Server.Addresses) async throws {
        let ledger = try LedgerFile.reading(in: configuration.dataDirectory)
        let report = try await ledger.report(ReportQuery(by: .model))
        await ledger.close()
        print("\nWhat the ledger says (\(command) report --data \(configuration.dataDirectory)):\n")
        for line in ReportTable(report: report, terminal: terminal).lines { print(line) }
        guard let simulator = addresses.simulator?.dropFirst("http://".count) else { return }
        let bill = try await player.document(at: "/simulator/charges", authority: String(simulator))
        let billed = bill.root["total"]?.string ?? "unknown"
        let agrees = billed == report.total.charged.text
        print(
            "\nThe ledger's total of \(report.total.charged) "
                + (agrees
                    ? "equals what the provider billed." : "is not the $\(billed) that the provider billed."))
        StandardOutput.flush()
    }

    private func invite(_ addresses: Server.Addresses) {
        let root = "http://127.0.0.1:\(addresses.port)"
        print(
            """

            It stays up (Ctrl-C ends it):
              gateway    \(root)/openai/v1   (base URL for any OpenAI SDK; any key)
              simulator  \(addresses.simulator ?? "-")/simulator/charges
              try        curl -s \(root)/v1/chat/completions -H 'content-type: application/json' \\
                           -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}' -i
            """)
        StandardOutput.flush()
    }
}
#endif
