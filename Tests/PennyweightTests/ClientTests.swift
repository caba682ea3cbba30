#if Gateway
import Foundation
import HTTPTypes
import Pennyweight
import PennyweightTesting
import Testing

@Suite("Client")
struct ClientTests {
    private func withClient(_ work: (Client, SimulatedProvider) async throws -> Void) async throws {
        let provider = SimulatedProvider(prices: try PriceBook.shipped(), time: SystemTime())
        try await provider.start()
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("pennyweight-\(SortableID(time: SystemTime(), random: SystemRandom()))")
            .path
        var settings = Settings()
        settings.baseURL = provider.baseURL
        settings.key = try Secret("any")
        settings.directory = directory
        let client = try await Pennyweight.open(settings)
        do {
            try await work(client, provider)
        } catch {
            await client.close()
            await provider.stop()
            throw error
        }
        await client.close()
        await provider.stop()
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test("the second identical question is a hit that costs nothing, and the ledger equals the bill")
    func repeats() async throws {
        try await withClient { client, provider in
            let first = try await client.chat("Name a metal.", model: "gpt-4o-mini")
            let second = try await client.chat("Name a metal.", model: "gpt-4o-mini")
            #expect(first.text == second.text)
            #expect(first.cost.exactAmount.map { $0 > .zero } == true)
            #expect(second.cost == .nothing)
            #expect(second.saved == first.cost)
            #expect(provider.charges.count == 1)
            let total = try await client.report(by: .model).total
            #expect(total.calls == 2)
            #expect(total.hits == 1)
            #expect(total.charged == provider.billed)
        }
    }

    @Test(
        "an image is given in base64 from the store; a URL of the provider's is not kept for longer than it works"
    )
    func images() async throws {
        try await withClient { client, provider in
            func draw(_ form: String) async throws -> (text: String, attempts: Int) {
                let body =
                    #"{"model":"dall-e-3","prompt":"x","size":"64x64","response_format":"\#(form)"}"#
                let response = try await client.send(
                    Request(.post, "/images/generations", body: Body(body)), context: client.makeContext())
                let bytes = try await response.body.collect(upTo: 1 << 20)
                return (String(decoding: bytes, as: UTF8.self), response.facts.attempts)
            }
            let first = try await draw("url")
            #expect(first.attempts == 1 && first.text.contains("\(provider.rootURL)/images/"))
            let second = try await draw("b64_json")
            #expect(second.attempts == 0 && second.text.contains("\"b64_json\":\"iVBOR"))
            let third = try await draw("url")
            #expect(third.attempts == 1 && third.text.contains("/images/"))
            #expect(provider.charges.count == 2)
        }
    }

    @Test("an error answer is thrown with its status, and costs nothing")
    func refused() async throws {
        try await withClient { client, provider in
            await #expect(throws: ErrorAnswer.self) {
                try await client.chat("Anything.", model: "simulated/400")
            }
            let total = try await client.report(by: .day).total
            #expect(total.charged == .zero)
            #expect(total.unknown == 0)
            #expect(provider.billed == .zero)
        }
    }

    @Test("what happens to budgets is told by the client itself, and confirmed in the ledger")
    func notices() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("pennyweight-\(SortableID(time: SystemTime(), random: SystemRandom()))")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var settings = Settings()
        settings.baseURL = "http://127.0.0.1:1/v1"
        settings.directory = directory
        settings.budgets = [Budget(name: "none", limit: .zero)]
        let client = try await Pennyweight.open(settings)
        await #expect(throws: Failure.self) { try await client.chat("Hi.", model: "gpt-4o-mini") }
        await client.close()
        let ledger = try SQLiteLedger.open(
            at: DataDirectory(directory).ledgerPath, access: .reading, time: SystemTime())
        #expect(try await ledger.events(limit: 10).isEmpty)
        await ledger.close()
    }

    @Test("the pipeline has its stages in the order that the promises rest on")
    func order() async throws {
        try await withClient { client, _ in
            #expect(
                client.pipeline.description
                    == "Observe → Deadline → UsageDisclosure → Cache → Retry → Metering → IdleTimeout → Authorize"
                    + " → URLSessionTransport")
        }
    }
}
#endif
