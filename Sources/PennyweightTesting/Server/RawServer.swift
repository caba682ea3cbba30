#if Gateway
private import NIOCore
private import NIOPosix

/// A server on 127.0.0.1 that does with each connection what a script says, byte by byte: cuts, garbage,
/// silence.
///
/// ```swift
/// let server = try await RawServer.start { connection in
///     _ = try await connection.readRequest()
///     try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
/// }
/// ```
public final class RawServer: Sendable {
    /// What a connection does; it stays open when the script returns, and is closed when it throws.
    public typealias Script = @Sendable (RawConnection) async throws -> Void

    private let channel: any Channel
    private let opened: Watched<[RawConnection]>

    private init(channel: any Channel, opened: Watched<[RawConnection]>) {
        self.channel = channel
        self.opened = opened
    }

    /// Binds a free port of 127.0.0.1. The server runs until ``stop()``.
    public static func start(_ script: @escaping Script) async throws -> RawServer {
        let opened = Watched<[RawConnection]>([])
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let connection = RawConnection(channel)
                opened.update { $0.append(connection) }
                Task {
                    do { try await script(connection) } catch { await connection.close() }
                }
                return channel.pipeline.addHandler(RawHandler(connection))
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        return RawServer(channel: channel, opened: opened)
    }

    /// Binds a free port of 127.0.0.1 and lets it go again: connecting to it is refused.
    public static func refusingAuthority() async throws -> String {
        let server = try await start { _ in }
        await server.stop()
        return server.authority
    }

    public var port: Int { channel.localAddress?.port ?? 0 }

    /// `127.0.0.1:port`.
    public var authority: String { "127.0.0.1:\(port)" }

    /// The connections so far, in the order in which they were accepted.
    public var connections: [RawConnection] { opened.value }

    /// Waits until there are at least `count` connections; returns the last of these.
    public func connection(_ count: Int = 1) async throws -> RawConnection {
        try await opened.wait(for: "connection \(count)") { $0.count >= count }[count - 1]
    }

    /// Closes the port and all connections.
    public func stop() async {
        try? await channel.close()
        for connection in opened.value { await connection.close() }
    }
}

/// Hands what arrives to the connection.
private final class RawHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let connection: RawConnection

    init(_ connection: RawConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.received(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.becameInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
#endif
