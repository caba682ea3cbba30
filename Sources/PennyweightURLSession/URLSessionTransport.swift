private import HTTPTypes
public import PennyweightPipeline
private import Synchronization

#if canImport(FoundationNetworking)
private import Foundation
public import FoundationNetworking
#else
public import Foundation
#endif

/// Sends requests with Foundation's URLSession: the transport of apps, which builds no server package.
///
/// ```swift
/// let transport = URLSessionTransport()
/// let response = try await transport.send(request, context: context)
/// ```
///
/// The request's head must be complete: scheme `http` or `https`, authority, path. Redirects are not
/// followed, nothing is cached, no cookie is kept or sent. Unless the request says otherwise it asks for
/// `accept-encoding: identity`, because URLSession decompresses on its own.
///
/// Cancelling the task before the head has arrived, and cancelling or dropping the body's reader after that,
/// closes the connection to the upstream.
///
/// Limits, compared with AsyncHTTPClient:
/// - The request's body is collected in memory first, up to ``requestBodyLimitBytes``.
/// - Fields of an answer that are repeated arrive as one, joined with a comma.
/// - `wasNeverSent` is claimed only for errors of name lookup, connecting and TLS, and only if URLSession
///   counted no byte of the body as sent. A connection that can't be made in time is an `idleTimeout`.
/// - On Linux nothing makes an upstream wait for a slow reader: an exchange fails with `bodyTooLarge` when
///   more than `bufferLimitBytes` of its answer wait to be read. (Apple's systems suspend the task there.)
/// - On Linux every exchange makes a connection of its own, and shares it with none.
/// - On Linux a connection that closes inside the head of an answer traps inside FoundationNetworking. A
///   process that must survive any upstream uses AsyncHTTPClient.
public final class URLSessionTransport: Transport {
    /// How large a request's body may be: 64 MiB. A larger one throws `bodyTooLarge`, and nothing is sent.
    public static let requestBodyLimitBytes = 64 << 20

    #if canImport(FoundationNetworking)
    /// How much of an answer may wait to be read, by default: 64 MiB. Beyond, the exchange fails.
    public static let defaultBufferLimitBytes = 64 << 20
    #else
    /// How much of an answer may wait to be read, by default: 1 MiB. Beyond, the task is suspended for a
    /// while.
    public static let defaultBufferLimitBytes = 1 << 20
    #endif

    #if canImport(FoundationNetworking)
    private let configuration: URLSessionConfiguration
    #else
    private let session: URLSession
    #endif
    private let delegate: SessionDelegate

    /// Makes a transport with a session of its own: no cache, no cookies, no stored credentials, 256
    /// connections per host, an hour of silence at most.
    public convenience init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpMaximumConnectionsPerHost = 256
        configuration.timeoutIntervalForRequest = 3_600
        self.init(configuration: configuration)
    }

    /// Makes a transport of a configuration, which decides about caches, cookies, timeouts, proxies and
    /// `protocolClasses`. Redirects are not followed in any case.
    public init(
        configuration: URLSessionConfiguration,
        bufferLimitBytes: Int = URLSessionTransport.defaultBufferLimitBytes
    ) {
        delegate = SessionDelegate(bufferLimitBytes: bufferLimitBytes)
        #if canImport(FoundationNetworking)
        self.configuration = configuration
        #else
        session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
        #endif
    }

    #if !canImport(FoundationNetworking)
    deinit {
        // A session holds its delegate until it is told to let go; exchanges that still run are finished
        // first.
        session.finishTasksAndInvalidate()
    }
    #endif

    public func send(_ request: PennyweightPipeline.Request, context: Context) async throws -> Response {
        try Task.checkCancellation()
        let target = request.head.authority ?? ""
        var outgoing = try HeadMapping.request(request.head)
        if let length = request.body.length, length > URLSessionTransport.requestBodyLimitBytes {
            let message = "A request of \(length) bytes is too large to be sent from memory."
            throw Failure(.bodyTooLarge, message, wasNeverSent: true)
        }
        let body = try await request.body.collect(upTo: URLSessionTransport.requestBodyLimitBytes)
        if !body.isEmpty { outgoing.httpBody = Data(body) }

        let exchange = Exchange()
        start(outgoing, for: exchange, target: target)

        let head = try await exchange.head()
        return Response(
            head: head, body: exchange.body(length: HeadMapping.length(head, to: request.head.method)))
    }

    private func start(_ request: URLRequest, for exchange: Exchange, target: String) {
        #if canImport(FoundationNetworking)
        // A session of its own, so that no connection is used twice: when a used one closes before it
        // answers, libcurl sends the request again, on its own, and it would be paid twice.
        let session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        #endif
        let task = session.dataTask(with: request)
        delegate.register(exchange, target: target, for: task)
        exchange.attach { task.cancel() }
        task.resume()
    }
}
