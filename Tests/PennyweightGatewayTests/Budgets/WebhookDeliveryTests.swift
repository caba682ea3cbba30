#if Gateway
import Crypto
import Foundation
import Logging
import Metrics
import PennyweightAsyncHTTPClient
import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Webhooks over a real connection", .timeLimit(.minutes(5)))
struct WebhookDeliveryTests {
    private let ledger = MemoryLedger(limit: 100)
    private let time = SystemTime()
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let secret = Data((0..<32).map { UInt8($0) })

    private func spendHalf() async throws {
        let budget = Budget(name: "team", limit: Money(picos: 2))
        let subject = Subject(account: "a", provider: "p", model: "m", route: "/r")
        let hold = Hold(
            id: SortableID(time: time, random: SystemRandom()), callID: SortableID(high: 1, low: 1),
            attempt: 1,
            subject: subject, upperBound: Money(picos: 1),
            claims: [budget.claim(on: subject, at: time.now())].compactMap(\.self), openedAt: time.now(),
            expiresAt: time.now() + .seconds(60))
        try await ledger.reserve(hold)
        try await ledger.settle(
            Settlement(
                holdID: hold.id, outcome: .served, cost: .exact(Money(picos: 1)), settledAt: time.now()))
    }

    @Test("a receiver can verify what arrives, after a first answer that is no delivery")
    func delivered() async throws {
        let received = Watched<[RawRequest]>([])
        let server = try await RawServer.start { connection in
            while true {
                let request = try await connection.readRequest()
                let isFirst = received.value.isEmpty
                received.update { $0.append(request) }
                try await connection.answer("", status: isFirst ? "503 Busy" : "200 OK")
            }
        }
        let transport = HTTPClientTransport()
        let text = "whsec_\(secret.base64EncodedString())"
        let webhook = Webhook(
            to: try WebhookURL("http://\(server.authority)/hooks?from=test"),
            signedWith: try WebhookSecret(text),
            transport: transport, time: time, random: SystemRandom())
        let notices = BudgetNotices(
            ledger: ledger, webhook: webhook, metrics: NOOPMetricsHandler.instance, logger: logger, time: time
        )
        try await spendHalf()
        let running = Task { await notices.run() }
        let requests = try await received.wait(for: "two attempts", within: .seconds(60)) { $0.count == 2 }
        while try await !ledger.events(limit: 1).isEmpty { await Task.yield() }
        running.cancel()
        await running.value

        #expect(requests[1].line == "POST /hooks?from=test HTTP/1.1")
        #expect(requests[0]["webhook-id"] == requests[1]["webhook-id"])
        for request in requests { try verify(request) }
        let body = try #require(
            try JSONSerialization.jsonObject(with: Data(requests[1].body)) as? [String: Any])
        #expect(body["type"] as? String == "budget.threshold")
        let data = try #require(body["data"] as? [String: Any])
        #expect(data["settled_usd"] as? String == "0.000000000001" && data["percent"] as? Int == 50)
        #expect(data["resets_at"] is NSNull)
        await server.stop()
        try await transport.shutdown()
    }

    /// What a receiver does, as Standard Webhooks says it.
    private func verify(_ request: RawRequest) throws {
        let id = try #require(request["webhook-id"])
        let timestamp = try #require(request["webhook-timestamp"])
        let sent = try #require(Int64(timestamp))
        #expect(abs(time.now().seconds - sent) < 60)
        let signed = Data("\(id).\(timestamp).".utf8) + Data(request.body)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        #expect(request["webhook-signature"] == "v1," + Data(code).base64EncodedString())
    }
}
#endif
