#if Gateway
public import AsyncHTTPClient
private import HTTPTypes
private import NIOCore
public import PennyweightPipeline
private import Synchronization

/// Sends requests with AsyncHTTPClient, over HTTP/1.1, with or without TLS.
///
/// ```swift
/// let transport = HTTPClientTransport()
/// let response = try await transport.send(request, context: context)
/// try await transport.shutdown()
/// ```
///
/// The request's head must be complete: scheme `http` or `https`, authority, path. Redirects are not
/// followed, bodies are neither decompressed nor buffered beyond ``readAheadBytes``, nothing is retried, and
/// there is no limit on silence or duration (the stages `IdleTimeout` and `Deadline` are for that).
///
/// Cancelling the task before the head has arrived, and cancelling or dropping the body's reader after that,
/// closes the connection to the upstream at once. A connection is used again only after its answer was read
/// to the end.
///
/// An answer without `content-length` and without chunked framing ends where the connection closes: HTTP/1.1
/// has no proof that it is complete (RFC 9112 section 6.3).
public final class HTTPClientTransport: Transport {
    /// How many bytes of an answer are held for a reader that doesn't read, in addition to the socket's
    /// buffers: 64 KiB, and what arrived in the same read.
    public static let readAheadBytes = 65_536

    private let client: HTTPClient
    private let isOwned: Bool
    private let isShutDown = Mutex(false)

    /// Makes a transport with a connection pool of its own.
    ///
    /// At most `connectionsPerHost` exchanges run with one host at a time; a further one waits for a
    /// connection, and fails as never sent after `connectTimeout`, which also bounds making one connection.
    /// Idle connections close after a minute.
    public init(connectionsPerHost: Int = 1_024, connectTimeout: Duration = .seconds(10)) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout)),
            connectionPool: .init(
                idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: connectionsPerHost),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // The stage `Retry` decides whether to try again, and `Observe` makes the spans.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tracing.tracer = nil
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        isOwned = true
    }

    /// Makes a transport of an existing client, whose configuration decides about redirects, decompression,
    /// timeouts and retried connections, and whose owner shuts it down.
    public init(_ client: HTTPClient) {
        self.client = client
        isOwned = false
    }

    deinit {
        guard isOwned, !isShutDown.withLock({ $0 }) else { return }
        client.shutdown { _ in }
    }

    /// Closes all connections; what runs fails, and what comes later fails with `shuttingDown`.
    ///
    /// Does nothing the second time, and for a client that was handed in. Dropping the transport does the
    /// same, after the last exchange has ended.
    public func shutdown() async throws {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isOwned, isFirst else { return }
        try await client.shutdown()
    }

    public func send(_ request: PennyweightPipeline.Request, context: Context) async throws -> Response {
        try Task.checkCancellation()
        let exchange = Exchange()
        let delegate = ExchangeDelegate(exchange, target: request.head.authority ?? "")
        let outgoing = try HeadMapping.request(
            request.head, body: delegate.upload(request.body, with: client))
        let task = client.execute(request: outgoing, delegate: delegate)
        // Holds the transport, and so its connections, until the exchange has ended.
        exchange.attach { [self] in withExtendedLifetime(self) { task.cancel() } }
        task.futureResult.whenComplete { delegate.end($0) }

        let head = try await exchange.head()
        return Response(
            head: head, body: exchange.body(length: HeadMapping.length(head, to: request.head.method)))
    }
}
#endif
