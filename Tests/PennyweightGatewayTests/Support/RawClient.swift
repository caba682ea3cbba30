#if Gateway
import NIOCore
import NIOPosix

/// A caller that writes bytes and reads bytes: it can be rude where a real client is not.
final class RawClient: Sendable {
    struct TimedOut: Error { let received: String }

    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) {
        self.channel = channel
    }

    /// Connects, runs the body with a way to write and to read, and closes the connection.
    static func connect<Value: Sendable>(
        to port: Int, _ body: (inout Conversation) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(
                channel: channel.channel, outbound: outbound, iterator: inbound.makeAsyncIterator())
            return try await body(&conversation)
        }
    }

    struct Conversation {
        let channel: any Channel
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        var received = ""

        func write(_ text: String) async throws {
            try await outbound.write(ByteBuffer(string: text))
        }

        /// Writes a command with its length.
        func post(_ path: String = "/v1/chat/completions", _ body: String = question) async throws {
            try await write(
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        }

        /// Reads until the text has arrived, and takes everything up to its end. Gives up after ten seconds.
        mutating func read(until text: String) async throws -> String {
            let patience = giveUp()
            defer { patience.cancel() }
            while true {
                if let range = received.firstRange(of: text) {
                    let taken = String(received[..<range.upperBound])
                    received.removeSubrange(..<range.upperBound)
                    return taken
                }
                guard let buffer = try await iterator.next() else { throw TimedOut(received: received) }
                received += String(buffer: buffer)
            }
        }

        /// Reads to the end of the connection. Gives up after ten seconds.
        mutating func readToEnd() async throws -> String {
            let patience = giveUp()
            defer { patience.cancel() }
            while let buffer = try await iterator.next() { received += String(buffer: buffer) }
            return received
        }

        /// Closes the connection at once.
        func hangUp() async throws {
            try await channel.close()
        }

        private func giveUp() -> Scheduled<Void> {
            let channel = channel
            return channel.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
        }
    }
}
#endif
