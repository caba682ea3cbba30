#if Gateway
import HTTPTypes
import HummingbirdTesting
import PennyweightTesting
import Synchronization
import Testing

@testable import PennyweightGateway

/// What a web page can send to a gateway on loopback, over real sockets.
@Suite struct CallerOriginGatewayTests {
    private func answer(
        to head: String, _ steps: [ScriptedTransport.Step] = []
    ) async throws -> (text: String, sent: Int) {
        let upstream = ScriptedTransport(steps)
        let received = Received()
        try await RunningGateway.run(upstream) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                let length = "Content-Length: \(question.utf8.count)\r\nConnection: close\r\n"
                try await caller.write(
                    "POST /v1/chat/completions HTTP/1.1\r\n\(head)\(length)\r\n\(question)")
                received.set(try await caller.readToEnd())
            }
        }
        return (received.text, upstream.requests.count)
    }

    @Test(
        "a page of elsewhere spends nothing",
        arguments: [
            ("Host: evil.test:8080\r\n", "forbidden_host"),
            (
                "Host: localhost\r\nOrigin: https://evil.test\r\nContent-Type: text/plain\r\n",
                "forbidden_origin"
            ),
            ("Host: localhost\r\nOrigin: null\r\n", "forbidden_origin"),
            ("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", "forbidden_origin"),
        ])
    func refused(head: String, code: String) async throws {
        let (text, sent) = try await answer(to: head)
        #expect(text.hasPrefix("HTTP/1.1 403 "))
        #expect(text.contains(#""code":"\#(code)""#))
        #expect(text.contains(#""type":"invalid_request_error""#))
        #expect(text.lowercased().contains("x-request-id: "))
        #expect(sent == 0)
    }

    @Test("a page and a program of this machine are served")
    func served() async throws {
        let head = "Host: 127.0.0.1:80\r\nOrigin: http://localhost:3000\r\nSec-Fetch-Site: same-site\r\n"
        let (text, sent) = try await answer(to: head, [.answer(200, "{}")])
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(sent == 1)
    }

    @Test("health is told to everybody", arguments: Depth.allCases)
    func health(depth: Depth) async throws {
        try await depth.run { client, _ in
            let answer = try await client.execute(
                uri: "/healthz", method: .get, headers: [.origin: "https://evil.test"]
            ) { $0 }
            #expect(answer.status == .ok)
        }
    }
}

/// What a caller received.
private final class Received: Sendable {
    private let state = Mutex("")

    var text: String { state.withLock { $0 } }

    func set(_ text: String) { state.withLock { $0 = text } }
}
#endif
