#if Gateway
internal import HTTPTypes
internal import Logging
internal import PennyweightPipeline
internal import PennyweightTime

extension TransportContract {
    static let answers = [
        TransportContract("a plain answer arrives whole") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.answer("hello")
            } run: { server in
                let response = try await transport.get(server)
                try require(response.status.code, is: 200, "the status")
                try require(response.body.length, is: 5, "the length")
                try require(try await response.text(), is: "hello", "the body")
            }
        },
        TransportContract("an error status is an answer") { transport in
            for status in ["429 Too Many Requests", "500 Internal Server Error"] {
                try await withServer { connection in
                    _ = try await connection.readRequest()
                    try await connection.answer("{}", status: status, fields: ["retry-after: 3"])
                } run: { server in
                    let response = try await transport.get(server)
                    try require(response.status.code, is: Int(status.prefix(3)) ?? 0, "the status")
                    try require(response.head.headerFields[.retryAfter], is: "3", "retry-after")
                    try require(try await response.text(), is: "{}", "the body")
                }
            }
        },
        TransportContract("a redirect is not followed") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.answer("", status: "302 Found", fields: ["location: /elsewhere"])
            } run: { server in
                let response = try await transport.get(server)
                try require(response.status.code, is: 302, "the status")
                try require(response.head.headerFields[.location], is: "/elsewhere", "location")
                try require(server.connections.count, is: 1, "the number of connections")
            }
        },
        TransportContract("fields travel both ways, repeated ones too") { transport in
            try await withServer { connection in
                let request = try await connection.readRequest()
                let echo = request["x-once"] ?? "none"
                let twice = request["x-twice"] ?? "none"
                let fields = ["x-echo: \(echo)", "x-echo-twice: \(twice)", "x-more: a", "x-more: b"]
                try await connection.answer("", fields: fields)
            } run: { server in
                var request = Request.get(server)
                request.head.headerFields[.once] = "1"
                request.head.headerFields.append(HTTPField(name: .twice, value: "1"))
                request.head.headerFields.append(HTTPField(name: .twice, value: "2"))
                let fields = try await transport.send(request, context: .contract).head.headerFields
                try require(fields[.echo], is: "1", "the field")
                try require(fields[.echoTwice]?.filter { $0 != " " }, is: "1,2", "the repeated field")
                try require(fields[.more], is: "a, b", "the answer's repeated field")
            }
        },
        TransportContract("an answer without a body ends at once") { transport in
            try await withServer { connection in
                while true {
                    let isHead = try await connection.readRequest().line.hasPrefix("HEAD")
                    let head = isHead ? "200 OK\r\ncontent-length: 9" : "204 No Content"
                    try await connection.send("HTTP/1.1 \(head)\r\n\r\n")
                }
            } run: { server in
                let empty = try await transport.get(server)
                try require(empty.status.code, is: 204, "the status")
                try require(try await empty.text(), is: "", "the body")
                var request = Request.get(server)
                request.head.method = .head
                let head = try await transport.send(request, context: .contract)
                try require(try await head.text(), is: "", "the body of an answer to HEAD")
            }
        },
        TransportContract("twenty exchanges run at the same time") { transport in
            let arrived = Watched(0)
            try await withServer { connection in
                let request = try await connection.readRequest()
                arrived.update { $0 += 1 }
                _ = try await arrived.wait(for: "20 requests") { $0 == 20 }
                try await connection.answer(request.line)
            } run: { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let text = try await transport.get(server, "/\(number)?q=\(number)").text()
                            try require(text, is: "GET /\(number)?q=\(number) HTTP/1.1", "the answer")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        },
    ]

    /// Connections are kept.
    public static let connectionReuse = TransportContract(
        "a connection is used again after an answer was read to its end"
    ) { transport in
        try await withServer { connection in
            while true {
                _ = try await connection.readRequest()
                try await connection.answer("ok")
            }
        } run: { server in
            for _ in 0..<5 {
                try require(try await transport.get(server).text(), is: "ok", "the body")
            }
            try require(server.connections.count, is: 1, "the number of connections")
        }
    }
}

/// Runs a check against a server with a script, and stops the server.
func withServer(_ script: @escaping RawServer.Script, run: (RawServer) async throws -> Void) async throws {
    let server = try await RawServer.start(script)
    do { try await run(server) } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

extension Request {
    static func get(_ server: RawServer, _ path: String = "/") -> Request {
        Request(head: HTTPRequest(method: .get, scheme: "http", authority: server.authority, path: path))
    }

    static func post(_ authority: String, _ path: String = "/", body: Body) -> Request {
        Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: authority, path: path), body: body
        )
    }
}

extension Transport {
    func get(_ server: RawServer, _ path: String = "/") async throws -> Response {
        try await send(.get(server, path), context: .contract)
    }
}

extension Response {
    func text() async throws -> String {
        String(decoding: try await body.collect(upTo: 1 << 28), as: UTF8.self)
    }
}

extension HTTPField.Name {
    fileprivate static let once = named("x-once")
    fileprivate static let twice = named("x-twice")
    fileprivate static let echo = named("x-echo")
    fileprivate static let echoTwice = named("x-echo-twice")
    fileprivate static let more = named("x-more")

    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .location }
}

extension Context {
    static var contract: Context {
        let id = SortableID(time: SystemTime(), random: SystemRandom())
        return Context(
            id: id, logger: Logger(label: "contract", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
}
#endif
