#if Gateway
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import PennyweightURLSession
import Testing

@Suite("URLSessionTransport", .timeLimit(.minutes(5)))
struct URLSessionTransportTests {
    /// What Linux's URLSession can't keep is in the documentation of the transport, and shown below.
    static let kept = TransportContract.all.filter { contract in
        #if os(Linux)
        ![.connectionReuse, .backPressure, .closeInsideHead].contains(contract)
        #else
        true
        #endif
    }

    @Test("keeps the contract of a transport", arguments: kept)
    func contract(_ contract: TransportContract) async throws {
        try await contract.check(URLSessionTransport())
    }

    @Test("a request of more than 64 MiB is refused, and nothing is sent")
    func tooLarge() async throws {
        let server = try await RawServer.start { _ in }
        let body = Body(length: (64 << 20) + 1) { ScriptedReader([.hang]) }
        let failure = await #expect(throws: Failure.self) {
            try await URLSessionTransport().send(request(server, .post, body: body), context: context)
        }
        #expect(failure?.code == .bodyTooLarge)
        #expect(failure?.wasNeverSent == true)
        #expect(server.connections.isEmpty)
        await server.stop()
    }

    @Test("it asks for the identity encoding, unless the request says otherwise")
    func identity() async throws {
        let server = try await RawServer.start { connection in
            let encoding = try await connection.readRequest()["accept-encoding"] ?? "none"
            try await connection.answer(encoding)
        }
        let transport = URLSessionTransport()
        var asked = request(server, .get)
        #expect(try await text(transport.send(asked, context: context)) == "identity")
        asked.head.headerFields[.acceptEncoding] = "br"
        #expect(try await text(transport.send(asked, context: context)).contains("br"))
        await server.stop()
    }

    #if os(Linux)
    @Test("on Linux an answer that nobody reads fails beyond the limit, and closes")
    func bufferLimit() async throws {
        let server = try await RawServer.start { connection in
            _ = try await connection.readRequest()
            try await connection.sendChunkedHead()
            while true { try await connection.sendChunk(String(repeating: "x", count: 100_000)) }
        }
        let transport = URLSessionTransport(configuration: .ephemeral, bufferLimitBytes: 1 << 20)
        let reader = try await transport.send(request(server, .get), context: context).body.makeReader()
        try await server.connection().waitForClose()
        let failure = await #expect(throws: Failure.self) {
            while try await reader.read() != nil {}
        }
        #expect(failure?.code == .bodyTooLarge)
        await server.stop()
    }
    #endif
}

private let context = Context(
    id: SortableID(high: 1, low: 2), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
)

private func request(_ server: RawServer, _ method: HTTPRequest.Method, body: Body = .empty) -> Request {
    let head = HTTPRequest(method: method, scheme: "http", authority: server.authority, path: "/")
    return Request(head: head, body: body)
}

private func text(_ response: Response) async throws -> String {
    String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self)
}
#endif
