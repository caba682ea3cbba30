#if Gateway
import HTTPTypes
import NIOCore
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

/// Callers that go, over real sockets.
@Suite struct DisconnectTests {
    @Test("a caller that goes before the answer's head is noticed at once")
    func beforeHead() async throws {
        let (arrived, cancelled) = (Signal(), Signal())
        let upstream = ScriptedTransport([
            .custom { _, _ in
                arrived.send()
                defer { cancelled.send() }
                try await SystemTime().sleep(for: .seconds(60))
                return Response(.ok)
            }
        ])
        try await RunningGateway.run(upstream) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                #expect(await arrived.wait())
                let start = SystemTime().instant()
                try await caller.hangUp()
                #expect(await cancelled.wait())
                let noticed = SystemTime().instant() - start
                print("a close before the head was noticed after \(noticed)")
                #expect(noticed < .seconds(5))
            }
        }
    }

    @Test("a caller that goes while the stream is silent is noticed at once")
    func duringStream() async throws {
        let cancelled = Signal()
        let reader = FedReader(cancelled: cancelled)
        try await RunningGateway.run(streaming([reader])) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                reader.feed("data: 1\n\n")
                _ = try await caller.read(until: "data: 1\n\n")
                let start = SystemTime().instant()
                try await caller.hangUp()
                #expect(await cancelled.wait())
                let noticed = SystemTime().instant() - start
                print("a close during a silent stream was noticed after \(noticed)")
                #expect(noticed < .seconds(5))
            }
        }
    }

    @Test("a caller that neither reads nor stays is noticed although a write is waiting for room")
    func unreadStream() async throws {
        let gone = Signal()
        let upstream = ScriptedTransport([
            .body(200, headers: [.contentType: "text/event-stream"]) { EndlessReader(gone: gone) }
        ])
        try await RunningGateway.run(upstream) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.channel.setOption(.autoRead, value: false).get()
                try await caller.post()
                try await caller.hangUp()
                #expect(await gone.wait())
            }
        }
    }

    @Test("a connection serves on after plain answers, errors and streams")
    func keepAlive() async throws {
        let reader = FedReader(cancelled: Signal())
        reader.feed("data: 1\n\ndata: [DONE]\n\n")
        reader.finish()
        let upstream = ScriptedTransport([
            .answer(200, #"{"n":1}"#),
            .body(200, headers: [.contentType: "text/event-stream"]) { reader },
            .answer(200, #"{"n":3}"#),
        ])
        try await RunningGateway.run(upstream) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                _ = try await caller.read(until: #"{"n":1}"#)
                try await caller.post("/v1/chat/completions", "no json")
                #expect(try await caller.read(until: "}}").contains("400 Bad Request"))
                try await caller.post()
                #expect(try await caller.read(until: "0\r\n\r\n").contains("data: [DONE]\n\n"))
                try await caller.post()
                _ = try await caller.read(until: #"{"n":3}"#)
            }
        }
    }

    @Test("chunks arrive one by one, not at the end")
    func chunkByChunk() async throws {
        let reader = FedReader(cancelled: Signal())
        try await RunningGateway.run(streaming([reader])) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.post()
                let head = try await caller.read(until: "\r\n\r\n")
                #expect(head.lowercased().contains("x-request-id: "))
                for number in 1...5 {
                    reader.feed("data: \(number)\n\n")
                    #expect(try await caller.read(until: "\n\n").contains("data: \(number)"))
                }
                reader.feed("data: [DONE]\n\n")
                reader.finish()
                _ = try await caller.read(until: "data: [DONE]\n\n")
            }
        }
    }

    @Test("an upload without a declared length is cut at the limit")
    func chunkedUpload() async throws {
        try await RunningGateway.run(ScriptedTransport([])) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                let path = "/v1/chat/completions"
                try await caller.write(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = String(repeating: "x", count: 0x8000)
                for _ in 0..<4 { try await caller.write("8000\r\n\(chunk)\r\n") }
                let answer = try await caller.read(until: "}}")
                #expect(answer.contains("HTTP/1.1 413 "))
                #expect(answer.lowercased().contains("connection: close"))
                #expect(answer.lowercased().contains("x-request-id: "))
            }
        }
    }

    @Test("a body that ends early reaches no provider")
    func truncatedUpload() async throws {
        let upstream = ScriptedTransport([])
        try await RunningGateway.run(upstream) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.write(
                    "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n")
                try await caller.write(#"{"model":"m"}"#)
                try await caller.hangUp()
            }
        }
        #expect(upstream.requests.isEmpty)
    }

    private func streaming(_ readers: [FedReader]) -> ScriptedTransport {
        ScriptedTransport(
            readers.map { reader in
                .body(200, headers: [.contentType: "text/event-stream"]) { reader }
            })
    }
}

/// A stream without an end, as fast as it is read.
private final class EndlessReader: BodyReader {
    private let gone: Signal
    private let event = Array("data: \(String(repeating: "x", count: 60_000))\n\n".utf8)

    init(gone: Signal) { self.gone = gone }
    deinit { gone.send() }

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return event
    }

    func cancel() {}
}
#endif
