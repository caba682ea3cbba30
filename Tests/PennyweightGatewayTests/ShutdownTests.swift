#if Gateway
import HTTPTypes
import Logging
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightGateway

/// How the process stops, over real sockets.
@Suite struct ShutdownTests {
    @Test("a running stream is finished, nothing new is accepted, and settling comes last")
    func finishes() async throws {
        let reader = FedReader(cancelled: Signal())
        let order = Order()
        let upstream = ScriptedTransport([.body(200, headers: [.contentType: "text/event-stream"]) { reader }]
        )
        let settle: @Sendable () async -> Void = { order.note("settled") }
        try await RunningGateway.run(upstream, onShutdown: [settle, { order.note("closed") }]) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                reader.feed("data: 1\n\n")
                _ = try await caller.read(until: "data: 1\n\n")
                await gateway.shutDown()
                try await refused(at: gateway.port)
                #expect(order.notes.isEmpty)
                reader.feed("data: 2\n\ndata: [DONE]\n\n")
                reader.finish()
                #expect(try await caller.readToEnd().contains("data: 2\n\n"))
                #expect(caller.received.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n"))
            }
        }
        #expect(order.notes == ["settled", "closed"])
    }

    @Test("what goes on for too long is cut, without a false end, and settling still comes last")
    func patience() async throws {
        let cancelled = Signal()
        let reader = FedReader(cancelled: cancelled)
        let (order, time) = (Order(), ManualTime())
        let upstream = ScriptedTransport([.body(200, headers: [.contentType: "text/event-stream"]) { reader }]
        )
        try await RunningGateway.run(upstream, time: time, onShutdown: [{ order.note("settled") }]) {
            gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                reader.feed("data: 1\n\n")
                _ = try await caller.read(until: "data: 1\n\n")
                await gateway.shutDown()
                await time.waitForSleepers()
                time.advance(by: GatewayConfiguration.Timeouts().shutdown)
                #expect(await cancelled.wait())
                let rest = (try? await caller.readToEnd()) ?? ""
                #expect(!rest.contains("[DONE]"))
                #expect(!rest.contains("0\r\n\r\n"))
            }
        }
        #expect(order.notes == ["settled"])
    }

    @Test("a port that is taken is told by its keys")
    func portInUse() async throws {
        try await RunningGateway.run(ScriptedTransport([])) { first in
            var configuration = GatewayConfiguration(
                upstream: .init(baseURL: try BaseURL("http://127.0.0.1:1/v1")))
            configuration.port = first.port
            let ran = Order()
            let second = Gateway(
                upstream: ScriptedTransport([]), configuration: configuration, time: SystemTime(),
                random: SeededRandom(seed: 1), logger: .init(label: "test"),
                onShutdown: [{ ran.note("settled") }])
            let error = await #expect(throws: ConfigurationError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(first.port)") == true)
            #expect(ran.notes == ["settled"])
        }
    }

    /// Waits until the port accepts nothing more: closing it is the first thing that a shutdown does.
    private func refused(at port: Int) async throws {
        for _ in 0..<500 {
            guard (try? await RawClient.connect(to: port, { _ in })) != nil else { return }
            try await SystemTime().sleep(for: .milliseconds(10))
        }
        Issue.record("The port was still open after five seconds.")
    }
}

/// What happened, in order.
private final class Order: Sendable {
    private let list = Mutex<[String]>([])
    var notes: [String] { list.withLock { $0 } }
    func note(_ text: String) { list.withLock { $0.append(text) } }
}
#endif
