#if Gateway
private import HTTPTypes
internal import PennyweightPipeline
internal import PennyweightTime

extension TransportContract {
    static let streams = [
        TransportContract("chunks arrive one by one, as they are sent") { transport in
            let read = Watched(0)
            try await withServer { connection in
                _ = try await connection.readRequest()
                try await connection.sendChunkedHead()
                for number in 0..<5 {
                    _ = try await read.wait(for: "chunk \(number) to be read", within: .seconds(5)) {
                        $0 == number
                    }
                    try await connection.sendChunk("chunk \(number)")
                }
                try await connection.sendChunk("")
            } run: { server in
                let response = try await transport.get(server)
                try require(response.body.length, is: nil, "the length")
                let reader = try response.body.makeReader()
                for number in 0..<5 {
                    let chunk = try await reader.read() ?? []
                    try require(
                        String(decoding: chunk, as: UTF8.self), is: "chunk \(number)", "the chunk")
                    read.update { $0 += 1 }
                }
                try require(try await reader.read(), is: nil, "the end")
                try require(try await reader.read(), is: nil, "the end, asked for again")
            }
        },
        TransportContract("dropping the reader closes the connection within a second") { transport in
            try await withServer(oneChunkThenSilence) { server in
                var reader: (any BodyReader)? = try await transport.get(server).body.makeReader()
                _ = try await reader?.read()
                reader = nil
                try await server.connection().waitForClose(within: .seconds(1))
            }
        },
        TransportContract("dropping a response unread closes the connection within a second") {
            transport in
            try await withServer(oneChunkThenSilence) { server in
                var response: Response? = try await transport.get(server)
                try require(response?.status.code, is: 200, "the status")
                response = nil
                try await server.connection().waitForClose(within: .seconds(1))
            }
        },
        TransportContract("cancelling the reader, from another task too, closes and throws") {
            transport in
            try await withServer(oneChunkThenSilence) { server in
                let reader = try await transport.get(server).body.makeReader()
                _ = try await reader.read()
                let waiting = Task { try await reader.read() }
                reader.cancel()
                try await server.connection().waitForClose(within: .seconds(1))
                try await requireCancellation("a read that waited") { try await waiting.value as Any }
                try await requireCancellation("a later read") { try await reader.read() as Any }
            }
        },
        TransportContract("cancelling the task that reads closes the connection and throws") {
            transport in
            try await withServer(oneChunkThenSilence) { server in
                let reader = try await transport.get(server).body.makeReader()
                _ = try await reader.read()
                let waiting = Task { try await reader.read() }
                waiting.cancel()
                try await server.connection().waitForClose(within: .seconds(1))
                try await requireCancellation("the read") { try await waiting.value as Any }
            }
        },
        TransportContract("cancelling the task before the head closes the connection and throws") {
            transport in
            let asked = Watched(false)
            try await withServer { connection in
                _ = try await connection.readRequest()
                asked.update { $0 = true }
            } run: { server in
                let sending = Task { try await transport.get(server) }
                _ = try await asked.wait(for: "the request") { $0 }
                sending.cancel()
                try await server.connection().waitForClose(within: .seconds(1))
                try await requireCancellation("sending") { try await sending.value }
            }
        },
    ]

    /// Nothing is fetched far ahead of the reader.
    public static let backPressure = TransportContract("a reader that doesn't read makes the server wait") {
        transport in
        let sent = Watched(0)
        let megabyte = String(repeating: "x", count: 1 << 20)
        try await withServer { connection in
            _ = try await connection.readRequest()
            try await connection.sendChunkedHead()
            for _ in 0..<64 {
                try await connection.sendChunk(megabyte)
                sent.update { $0 += 1 }
            }
            try await connection.sendChunk("")
        } run: { server in
            let reader = try await transport.get(server).body.makeReader()
            // What is not read is in the two sockets' buffers, a few megabytes each, and in the transport's.
            _ = try await sent.wait(for: "the first megabytes") { $0 > 1 }
            try await SystemTime().sleep(for: .milliseconds(500))
            if sent.value == 64 { throw ContractViolation("64 MiB were taken though nobody read") }
            var count = 0
            while let chunk = try await reader.read() { count += chunk.count }
            try require(count, is: 64 << 20, "the number of bytes")
        }
    }

    private static let oneChunkThenSilence: RawServer.Script = { connection in
        _ = try await connection.readRequest()
        try await connection.sendChunkedHead()
        try await connection.sendChunk("first")
    }
}
#endif
