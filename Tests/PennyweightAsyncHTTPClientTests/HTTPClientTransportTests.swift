#if Gateway
import AsyncHTTPClient
import HTTPTypes
import Logging
import PennyweightAsyncHTTPClient
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("HTTPClientTransport", .timeLimit(.minutes(5)))
struct HTTPClientTransportTests {
    @Test("keeps the contract of a transport", arguments: TransportContract.all)
    func contract(_ contract: TransportContract) async throws {
        try await contract.check(HTTPClientTransport())
    }

    @Test("a compressed body stays as it is")
    func compressed() async throws {
        // A gzip member of an empty text.
        let gzip: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let server = try await RawServer.start { connection in
            _ = try await connection.readRequest()
            let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: \(gzip.count)\r\n\r\n"
            try await connection.send(Array(head.utf8) + gzip)
        }
        var asked = request(server.authority)
        asked.head.headerFields[.acceptEncoding] = "gzip"
        let response = try await HTTPClientTransport().send(asked, context: context)
        #expect(response.head.headerFields[.contentEncoding] == "gzip")
        #expect(try await response.body.collect(upTo: 100) == gzip)
        await server.stop()
    }

    @Test("TLS with a server that doesn't speak it fails as never sent")
    func tls() async throws {
        let server = try await RawServer.start { connection in
            try await connection.send("This is not TLS, this is plain text of some length.\r\n\r\n")
        }
        var asked = request(server.authority)
        asked.head.scheme = "https"
        let failure = await failure { try await HTTPClientTransport().send(asked, context: context) }
        #expect(failure?.code == .connectionFailed)
        #expect(failure?.wasNeverSent == true)
        await server.stop()
    }

    @Test("a request that waits in vain for a connection fails as never sent")
    func poolLimit() async throws {
        let server = try await RawServer.start { connection in
            _ = try await connection.readRequest()
            try await connection.sendChunkedHead()
        }
        let transport = HTTPClientTransport(connectionsPerHost: 1, connectTimeout: .milliseconds(200))
        let first = try await transport.send(request(server.authority), context: context)
        let failure = await failure { try await transport.send(request(server.authority), context: context) }
        #expect(failure?.code == .connectionFailed)
        #expect(failure?.wasNeverSent == true)
        #expect(server.connections.count == 1)
        _ = first
        await server.stop()
    }

    @Test("shutting down fails what runs and refuses what comes, as never sent")
    func shutdown() async throws {
        let server = try await RawServer.start { connection in
            _ = try await connection.readRequest()
            try await connection.sendChunkedHead()
            try await connection.sendChunk("first")
        }
        let transport = HTTPClientTransport()
        let reader = try await transport.send(request(server.authority), context: context).body.makeReader()
        _ = try await reader.read()
        try await transport.shutdown()
        try await transport.shutdown()
        try await server.connection().waitForClose(within: .seconds(1))
        let cut = await #expect(throws: Failure.self) { try await reader.read() }
        #expect(cut?.code == .shuttingDown)
        #expect(cut?.wasNeverSent == false)
        let failure = await failure { try await transport.send(request(server.authority), context: context) }
        #expect(failure?.code == .shuttingDown)
        #expect(failure?.wasNeverSent == true)
        await server.stop()
    }

    @Test("a client that was handed in is used, and left to its owner")
    func borrowed() async throws {
        let server = try await RawServer.start { connection in
            while true {
                _ = try await connection.readRequest()
                try await connection.answer("ok")
            }
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let transport = HTTPClientTransport(client)
        try await transport.shutdown()
        let response = try await transport.send(request(server.authority), context: context)
        #expect(try await response.body.collect(upTo: 100) == Array("ok".utf8))
        try await client.shutdown()
        await server.stop()
    }

    @Test("dropping the transport does not cut an answer that is being read")
    func dropped() async throws {
        let release = Watched(false)
        let server = try await RawServer.start { connection in
            _ = try await connection.readRequest()
            try await connection.sendChunkedHead()
            _ = try await release.wait(for: "the release") { $0 }
            try await connection.sendChunk("late")
            try await connection.sendChunk("")
        }
        let response = try await HTTPClientTransport().send(request(server.authority), context: context)
        release.update { $0 = true }
        #expect(try await response.body.collect(upTo: 100) == Array("late".utf8))
        await server.stop()
    }
}

private let context = Context(
    id: SortableID(high: 1, low: 2), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
)

private func request(_ authority: String) -> PennyweightPipeline.Request {
    Request(head: HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/"))
}

private func failure(_ operation: () async throws -> Response) async -> Failure? {
    do {
        _ = try await operation()
        return nil
    } catch { return error as? Failure }
}
#endif
