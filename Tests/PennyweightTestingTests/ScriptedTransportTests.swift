import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ScriptedTransportTests {
    private let context = Context(id: SortableID(high: 1, low: 2), logger: Logger(label: "test"))

    @Test("steps are answered in order, and requests are kept")
    func script() async throws {
        let transport = ScriptedTransport([
            .status(503), .answer(200, "{}", headers: [.retryAfter: "1"]),
            .body(200) { ScriptedReader(chunks: ["a", "b"]) }, .fail(Failure(.connectionLost, "gone")),
            .custom { request, _ in Response(.ok, body: Body(request.path)) },
        ])
        let send = { try await transport.send(Request(.get, $0), context: context) }
        #expect(try await send("/1").status == .serviceUnavailable)
        let second = try await send("/2")
        #expect(second.head.headerFields[.retryAfter] == "1")
        #expect(second.body.bytes == Array("{}".utf8))
        #expect(try await send("/3").body.collect(upTo: 9) == Array("ab".utf8))
        await #expect(throws: Failure.self) { try await send("/4") }
        #expect(try await send("/5").body.bytes == Array("/5".utf8))
        #expect(transport.requests.map(\.path) == ["/1", "/2", "/3", "/4", "/5"])
        #expect(transport.contexts.count == 5)
    }

    @Test("a request after the last step is an error")
    func exhausted() async throws {
        let transport = ScriptedTransport([])
        await #expect { try await transport.send(Request(.get, "/"), context: context) } throws: {
            ($0 as? Failure)?.code == .invalidRequest
        }
    }

    @Test("headers that are repeated stay repeated")
    func repeatedHeaders() async throws {
        var headers = HTTPFields()
        headers[values: .setCookie] = ["a=1", "b=2"]
        let transport = ScriptedTransport([.answer(200, "", headers: headers)])
        let response = try await transport.send(Request(.get, "/"), context: context)
        #expect(response.head.headerFields[values: .setCookie] == ["a=1", "b=2"])
    }

    @Test("it hangs until the task is cancelled")
    func hang() async throws {
        let transport = ScriptedTransport([.hang])
        let task = Task { [context] in try await transport.send(Request(.get, "/"), context: context) }
        while transport.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
