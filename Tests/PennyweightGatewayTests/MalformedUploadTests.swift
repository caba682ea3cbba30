#if Gateway
import Logging
import NIOCore
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// Bodies that break on their way in, over real sockets: the caller's own mistake, and nobody's alarm.
@Suite struct MalformedUploadTests {
    private static let chunked =
        "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let declared =
        "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n"

    @Test(
        "a chunk size that is none is the caller's mistake",
        arguments: ["ZZ\r\n", "4\r\n{\"a\"\r\nZZ\r\n"])
    func chunkSize(rest: String) async throws {
        let (upstream, levels) = (ScriptedTransport([]), CapturedLog())
        try await RunningGateway.run(upstream, logger: levels.logger) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.write(MalformedUploadTests.chunked + rest)
                let answer = try await caller.read(until: "\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
            }
        }
        #expect(upstream.requests.isEmpty)
        #expect(levels.lines.allSatisfy { $0.level < .warning })
    }

    @Test("half a body and an end is the caller's mistake", arguments: [declared, chunked + "20\r\n"])
    func halfClosed(head: String) async throws {
        let (upstream, levels) = (ScriptedTransport([]), CapturedLog())
        try await RunningGateway.run(upstream, logger: levels.logger) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.write(head + #"{"model":"m"}"#)
                try await caller.channel.close(mode: .output)
                let answer = try await caller.readToEnd()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "))
                print("half a body was answered with '\(answer.prefix { !$0.isNewline })'")
            }
        }
        #expect(upstream.requests.isEmpty)
        #expect(levels.lines.allSatisfy { $0.level < .warning })
    }

    @Test(
        "a close in the middle of an upload is no error of the gateway's",
        arguments: [declared, chunked + "20\r\n"])
    func closed(head: String) async throws {
        let (upstream, levels) = (ScriptedTransport([]), CapturedLog())
        try await RunningGateway.run(upstream, logger: levels.logger) { gateway in
            try await RawClient.connect(to: gateway.port) { caller in
                try await caller.write(head + #"{"model":"m"}"#)
                try await caller.hangUp()
            }
        }
        #expect(upstream.requests.isEmpty)
        #expect(levels.lines.allSatisfy { $0.level < .warning })
    }
}
#endif
