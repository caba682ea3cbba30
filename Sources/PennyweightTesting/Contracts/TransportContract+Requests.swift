#if Gateway
internal import HTTPTypes
internal import PennyweightPipeline

extension TransportContract {
    static let requests = [
        TransportContract("a request's body arrives byte for byte, with its length") { transport in
            try await checkUpload(transport, Body(pattern), length: "\(pattern.count)")
        },
        TransportContract("a replayable body arrives byte for byte, with its length") { transport in
            let body = Body(length: pattern.count) { ScriptedReader(chunked(pattern)) }
            try await checkUpload(transport, body, length: "\(pattern.count)")
        },
        TransportContract("a body that can be read once, of unknown length, arrives byte for byte") {
            transport in
            try await checkUpload(transport, Body(once: ScriptedReader(chunked(pattern))), length: nil)
        },
        TransportContract("an error of the request's own body comes out as it was") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
            } run: { server in
                let mine = Failure(.idleTimeout, "The caller fell silent.")
                let body = Body(once: ScriptedReader([.chunk([1, 2, 3]), .fail(mine)]))
                let failure = try await requireFailure([.idleTimeout], "sending") {
                    try await transport.send(.post(server.authority, body: body), context: .contract)
                }
                try require(failure.message, is: mine.message, "the message")
            }
        },
        TransportContract("an incomplete head is refused, as never sent") { transport in
            let complete = HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:1", path: "/")
            var heads = [complete, complete, complete, complete, complete]
            heads[0].scheme = nil
            heads[1].authority = nil
            heads[2].path = nil
            heads[3].scheme = "ftp"
            heads[4].authority = "user:password@127.0.0.1:1"
            for head in heads {
                let failure = try await requireFailure([.invalidRequest], "sending") {
                    try await transport.send(Request(head: head), context: .contract)
                }
                try require(failure.wasNeverSent, is: true, "wasNeverSent")
                if failure.message.contains("password") {
                    throw ContractViolation("The message shows a password.")
                }
            }
        },
        TransportContract("a task that is cancelled already sends nothing") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.answer("")
            } run: { server in
                try await requireCancellation("sending") {
                    try await withThrowingTaskGroup(of: Response.self) { group in
                        group.cancelAll()
                        group.addTask { try await transport.get(server) }
                        return try await group.next() as Any
                    }
                }
                try require(server.connections.count, is: 0, "the number of connections")
            }
        },
    ]

    /// A mebibyte and a bit, of all byte values.
    private static let pattern = (0..<(1 << 20) + 7).map {
        UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8)
    }

    private static func chunked(_ bytes: [UInt8]) -> [ScriptedReader.Step] {
        stride(from: 0, to: bytes.count, by: 100_000).map { start in
            .chunk(Array(bytes[start..<min(start + 100_000, bytes.count)]))
        }
    }

    private static func checkUpload(_ transport: any Transport, _ body: Body, length: String?)
        async throws
    {
        let received = Watched<RawRequest?>(nil)
        try await withServer { connection in
            let request = try await connection.readRequest()
            received.update { $0 = request }
            try await connection.answer("ok")
        } run: { server in
            var request = Request.post(server.authority, "/v1/x?a=b%20c", body: body)
            request.head.headerFields[.contentType] = "application/octet-stream"
            let response = try await transport.send(request, context: .contract)
            try require(try await response.text(), is: "ok", "the answer")
            guard let got = received.value else { throw ContractViolation("Nothing arrived.") }
            try require(got.line, is: "POST /v1/x?a=b%20c HTTP/1.1", "the request line")
            try require(got["content-type"], is: "application/octet-stream", "content-type")
            try require(got["host"], is: server.authority, "host")
            // A transport that collects knows the length of every body.
            if let length { try require(got["content-length"], is: length, "content-length") }
            guard got.body == pattern else {
                throw ContractViolation("The body differs; \(got.body.count) bytes came.")
            }
        }
    }
}
#endif
