#if Gateway
import Foundation
import PennyweightAsyncHTTPClient
import PennyweightGateway
import PennyweightJSON
import PennyweightLedger
import PennyweightSQLite
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("The scene, over real HTTP")
struct SceneTests {
    /// Runs a whole gateway process's worth in this one, on its simulated provider.
    private func withServer(
        _ work: @escaping @Sendable (ScenePlayer, Server.Addresses, String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("pennyweight-\(SortableID(time: SystemTime(), random: SystemRandom()))")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let configuration = try await GatewayConfiguration.read(
            file: nil, environment: [:],
            overrides: [
                "simulate": "true", "port": "0", "data": directory, "logLevel": "critical",
                "budget.usd": DemoCommand.budget,
            ])
        let transport = HTTPClientTransport()
        let (opened, listening) = AsyncStream<Server.Addresses>.makeStream()
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
                let player = ScenePlayer(
                    transport: transport, authority: "127.0.0.1:\(addresses.port)", time: SystemTime(),
                    random: SystemRandom())
                try await work(player, addresses, directory)
                await addresses.shutDown()
            }
            try await group.waitForAll()
        }
        try await transport.shutdown()
    }

    @Test("repeats cost nothing, the fault is retried, the budget refuses, and the ledger equals the bill")
    func scene() async throws {
        try await withServer { player, addresses, directory in
            var results: [ScenePlayer.Result] = []
            for step in Scene.standard.steps { results += try await player.playAll(step) }
            #expect(results.map(\.status) == [200, 200, 200, 200, 200, 200, 200, 200, 200, 402])
            #expect(
                results.prefix(7).map(\.cache)
                    == ["miss", "hit", "hit", "miss", "hit", "miss", "coalesced"])
            #expect(results[1].cost == "0" && results[2].cost == "0" && results[4].cost == "0")
            #expect(results[1].saved == results[0].cost)
            #expect(results[4].saved == results[3].cost)
            #expect(results[6].cost == "0" && results[6].saved == results[5].cost)
            #expect(results[8].attempts == "3")
            #expect(results[9].message?.contains("budget") == true)

            let ledger = try SQLiteLedger.open(
                at: directory + "/ledger.sqlite", access: .reading, time: SystemTime())
            let report = try await ledger.report(ReportQuery(by: .model))
            await ledger.close()
            let simulator = try #require(addresses.simulator)
            let bill = try await player.document(
                at: "/simulator/charges", authority: String(simulator.dropFirst("http://".count)))
            #expect(bill.root["total"]?.string == report.total.charged.text)
            #expect(report.total.charged > .zero)
            // The refused call is noted behind its answer: it may not be there yet.
            #expect([9, 10].contains(report.total.calls))
            #expect(report.total.hits == 4)
            #expect(report.openHolds == 0)
        }
    }
}
#endif
