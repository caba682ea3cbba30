#if Gateway
internal import HTTPTypes
internal import PennyweightPipeline

extension TransportContract {
    static let breaks = [
        TransportContract("a body that is cut inside chunked framing is an error, not an end") {
            transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.sendChunkedHead()
                try await connection.sendChunk("first")
                await connection.close()
            } run: { server in
                try await checkCut(try await transport.get(server), after: "first")
            }
        },
        TransportContract("a body that is cut inside a chunk is an error, not an end") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.sendChunkedHead()
                try await connection.send("a\r\nfirst")
                await connection.close()
            } run: { server in
                try await checkCut(try await transport.get(server), after: "first")
            }
        },
        TransportContract("a body shorter than its length is an error, not an end") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfirst")
                await connection.close()
            } run: { server in
                try await checkCut(try await transport.get(server), after: "first")
            }
        },
        TransportContract("a refused connection is a failure, as never sent") { transport in
            let authority = try await RawServer.refusingAuthority()
            try await checkFailure(
                transport, to: authority, codes: [.connectionFailed], wasNeverSent: true)
        },
        TransportContract("a name that doesn't exist is a failure, as never sent") { transport in
            // RFC 6761 section 6.4: names under "invalid" never resolve.
            try await checkFailure(
                transport, to: "name.invalid:80", codes: [.connectionFailed], wasNeverSent: true)
        },
        TransportContract("a close instead of an answer is a failure, not as never sent") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                await connection.close()
            } run: { server in
                try await checkFailure(transport, to: server.authority, codes: [.connectionLost])
            }
        },
        TransportContract("a request on a used connection is not sent again when that closes") { transport in
            let requests = Watched(0)
            try await withServer { connection in
                _ = try await connection.readRequest()
                requests.update { $0 += 1 }
                try await connection.answer("ok")
                _ = try await connection.readRequest()
                requests.update { $0 += 1 }
                await connection.close()
            } run: { server in
                try require(try await transport.get(server).text(), is: "ok", "the first answer")
                let request = Request.post(server.authority, body: Body("{}"))
                // Either the connection is not used again, or its close is seen: never a second copy.
                let second = try? await transport.send(request, context: .contract)
                try require(requests.value, is: 2, "the number of requests that the server got")
                if let second { try require(try await second.text(), is: "ok", "the second answer") }
            }
        },
        TransportContract("an answer that isn't HTTP is a failure, not as never sent") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
                await connection.close()
            } run: { server in
                let codes: [Failure.Code] = [.connectionLost, .invalidAnswer]
                try await checkFailure(transport, to: server.authority, codes: codes)
            }
        },
        TransportContract("a head of a megabyte is an answer or a failure, but ends") { transport in
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.answer(
                    "ok", fields: ["x-long: " + String(repeating: "x", count: 1 << 20)])
            } run: { server in
                do {
                    try require(try await transport.get(server).text(), is: "ok", "the body")
                } catch is Failure {}
            }
        },
    ]

    /// A truncated head is not an answer.
    public static let closeInsideHead = TransportContract(
        "a close inside the head is a failure, not as never sent"
    ) { transport in
        try await withServer { connection in
            _ = try await connection.readRequest()
            try await connection.send("HTTP/1.1 200 OK\r\ncontent-le")
            await connection.close()
        } run: { server in
            let codes: [Failure.Code] = [.connectionLost, .invalidAnswer]
            try await checkFailure(transport, to: server.authority, codes: codes)
        }
    }

    /// Reads a body that is cut after a text: the text arrives, and then an error instead of the end.
    private static func checkCut(_ response: Response, after text: String) async throws {
        let reader = try response.body.makeReader()
        var collected: [UInt8] = []
        let failure = try await requireFailure([.connectionLost], "reading a cut body") {
            while let chunk = try await reader.read() { collected += chunk }
            return "an end"
        }
        try require(failure.wasNeverSent, is: false, "wasNeverSent")
        try require(String(decoding: collected, as: UTF8.self), is: text, "what came before the cut")
        _ = try await requireError("reading on after the cut") { try await reader.read() as Any }
    }

    /// Sends a request with secrets in it and checks the failure, which must name the host and no secret.
    private static func checkFailure(
        _ transport: any Transport, to authority: String, codes: [Failure.Code],
        wasNeverSent: Bool = false
    ) async throws {
        var request = Request.post(
            authority, "/secretpath?key=secretquery", body: Body("{\"secretbody\":1}"))
        request.head.headerFields[.authorization] = "Bearer secretheader"
        let failure = try await requireFailure(codes, "sending") {
            try await transport.send(request, context: .contract)
        }
        try require(failure.wasNeverSent, is: wasNeverSent, "wasNeverSent of \(failure)")
        if failure.message.contains("secret") { throw ContractViolation("A secret is in \(failure).") }
        if !failure.message.contains(authority) {
            throw ContractViolation("\(failure) doesn't name \(authority).")
        }
    }
}
#endif
