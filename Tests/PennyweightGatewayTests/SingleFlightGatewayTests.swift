#if Gateway
import HTTPTypes
import HummingbirdTesting
import Logging
import PennyweightAsyncHTTPClient
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite("Single flight over loopback", .timeLimit(.minutes(5)))
struct SingleFlightGatewayTests {
    private static func body(stream: Bool) -> String {
        #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"All at once"}],"max_tokens":60,"#
            + #""x-simulate":"slow","x-simulate-delay-ms":400,"x-simulate-pace-ms":2"#
            + (stream ? #","stream":true}"# : "}")
    }

    /// What the model said, however it was sent.
    private static func content(of text: String, stream: Bool) -> String? {
        guard stream else {
            return (try? JSONDocument(text).root)?["choices"]?.elements.first?["message"]?["content"]?.string
        }
        guard text.contains("data: [DONE]") else { return nil }
        return text.split(separator: "\n").filter { $0.hasPrefix("data: {") }.compactMap { line in
            (try? JSONDocument(String(line.dropFirst(6))))?.root["choices"]?.elements.first?["delta"]?[
                "content"]?.string
        }.joined()
    }

    @Test("200 identical calls at once, plain and streamed, some of them given up: the bill says one")
    func crowd() async throws {
        try await KeyedGateway.run { gateway in
            let random = SeededRandom(seed: 41)
            let crowd = try Crowd(port: gateway.client.port ?? 0)
            let calls = (0..<200).map { _ in
                let stream = random.next(below: 2) == 0
                let body = SingleFlightGatewayTests.body(stream: stream)
                return (stream: stream, task: Task { try await crowd.send(body) })
            }
            // A real gateway on real sockets: who leaves does so while the provider still thinks.
            try await SystemTime().sleep(for: .milliseconds(100))
            for call in calls.dropFirst(50) where random.next(below: 3) == 0 { call.task.cancel() }
            var contents: Set<String> = []
            var answered = 0
            var paid = 0
            for call in calls {
                guard let answer = try? await call.task.value else { continue }
                answered += 1
                contents.insert(
                    SingleFlightGatewayTests.content(of: answer.text, stream: call.stream) ?? answer.text)
                if answer.attempts == "1" { paid += 1 }
            }
            await crowd.leave()
            #expect(answered >= 50)
            #expect(contents.count == 1)
            #expect(paid <= 1)
            #expect(gateway.provider.charges.count == 1)
            #expect(gateway.provider.attempts.count == 1)
            // Who leaves alone, before the others come, leaves a line that says that nothing was sent.
            let report = try await gateway.ledger.report(ReportQuery(by: .outcome))
            let sent = report.rows.filter { $0.group != [Outcome.neverSent.rawValue] }
            print("answered \(answered) of 200, billed \(gateway.provider.charges.count)")
            #expect(sent.reduce(0) { $0 + $1.totals.attempts } == 1, "\(report.rows)")
            #expect(report.total.hits >= answered - 1)
        }
    }
}

/// Callers with a connection each.
private struct Crowd {
    private let transport = HTTPClientTransport(connectionsPerHost: 256, connectTimeout: .seconds(60))
    private let port: Int
    private let context: Context

    init(port: Int) throws {
        self.port = port
        context = Context(id: SortableID(high: 1, low: 1), logger: Logger(label: "crowd"))
    }

    func send(_ body: String) async throws -> (text: String, attempts: String?) {
        var request = Request(.post, "/v1/chat/completions", body: Body(body))
        request.head.scheme = "http"
        request.head.authority = "127.0.0.1:\(port)"
        let response = try await transport.send(request, context: context)
        let text = String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self)
        return (text, response.head.headerFields[.init("x-pennyweight-attempts")!])
    }

    func leave() async {
        try? await transport.shutdown()
    }
}
#endif
