#if Gateway
public import Hummingbird
public import Logging
private import NIOCore
private import PennyweightMiddleware
public import PennyweightPipeline
public import PennyweightTime
public import ServiceLifecycle

/// The OpenAI-compatible HTTP server in front of a pipeline.
///
/// ```swift
/// let gateway = Gateway(
///     upstream: pipeline, configuration: configuration, time: SystemTime(), random: SystemRandom(),
///     logger: logger, onShutdown: [{ await settlements.drain(within: .seconds(10), time: SystemTime()) }])
/// try await ServiceGroup(
///     services: [gateway], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
/// ).run()
/// ```
///
/// It knows no store and no provider: everything that a call needs stands in the pipeline. Both `/openai/v1`
/// and `/v1` serve `POST /chat/completions`, `/images/generations`, `/images/edits`, `/embeddings`,
/// `/audio/transcriptions` and `/videos`, `GET /videos`, `GET` and `DELETE /videos/{id}`,
/// `GET /videos/{id}/content`, `GET /models` and `/models/{id}`, and the native API
/// (`/keys`, `/requests`, `/usage`, `/balance`, `/budgets`, `/cache`); `GET /healthz`, `/readyz` and
/// `/media/{name}` (images of stored answers, under signed URLs) stand beside them.
/// As soon as the store has a key, every route but these asks for one.
public struct Gateway: Service {
    private let configuration: GatewayConfiguration
    private let time: any TimeSource
    private let logger: Logger
    private let responder: GatewayResponder
    private let onListening: @Sendable (Int) async -> Void
    private let onShutdown: [@Sendable () async -> Void]

    /// Puts a gateway in front of a pipeline.
    ///
    /// `stores` hold keys and calls: without them there is no key, no native API, and no address but
    /// loopback.
    /// `readiness` is asked by `GET /readyz`: what it throws is the answer. `onListening` gets the port, once
    /// it is open. The functions of `onShutdown` run in order after the last call has ended or was given up,
    /// whatever ended the server, and ``run()`` waits for them.
    public init(
        upstream: any Transport, configuration: GatewayConfiguration, time: any TimeSource,
        random: any RandomSource, logger: Logger, stores: GatewayStores? = nil,
        readiness: @escaping @Sendable () async throws -> Void = {},
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        onShutdown: [@Sendable () async -> Void] = []
    ) {
        self.configuration = configuration
        self.time = time
        self.logger = logger
        self.onListening = onListening
        self.onShutdown = onShutdown
        responder = GatewayResponder(
            upstream: upstream, configuration: configuration, time: time, random: random, logger: logger,
            connections: Connections(),
            admission: Admission(
                keys: stores?.keys, adminKey: configuration.adminKey, isRequired: configuration.requiresKeys,
                isLoopback: configuration.isLoopback,
                sealsAnswers: configuration.cache.policy.encryption == .credential, time: time),
            stores: stores,
            refusals: stores.map {
                RefusedCalls(
                    notes: $0.notes, provider: configuration.upstream.provider, time: time, random: random,
                    logger: logger)
            }, readiness: readiness)
    }

    /// The server without the shutdown of ``run()``, for tests and for embedding.
    public var application: some ApplicationProtocol {
        let connections = responder.connections
        let onListening = onListening
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandler(connections: connections)],
                    idleTimeout: .nanoseconds(configuration.timeouts.connection.nanoseconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// Serves until the graceful shutdown of the service group that it runs in.
    ///
    /// Then it accepts nothing more, lets what runs finish for as long as `timeouts.shutdown` allows, gives
    /// up the rest, and runs the functions of `onShutdown`. Cancelling the task gives up everything at once.
    /// Throws ``ConfigurationError`` if the address can't be listened on.
    public func run() async throws {
        let application = application
        var failure: (any Error)?
        do {
            try await checkAddress()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                group.addTask { try await self.runOutOfPatience() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is CancellationError {
            // Either the task was cancelled, which asks for the same, or a part was, because the other had
            // ended.
        } catch let error as IOError {
            failure = ConfigurationError([
                "Keys 'host' and 'port': \(configuration.host):\(configuration.port) can't be listened on: "
                    + "\(error). "
                    + "Stop what listens there, or choose another port with --port."
            ])
        } catch {
            failure = error
        }
        // Not in this task, which may be cancelled: settling must not be.
        let functions = onShutdown
        await Task { for function in functions { await function() } }.value
        if let failure { throw failure }
    }

    /// Throws ``ConfigurationError`` if other machines could reach a gateway that asks nobody for a key; says
    /// so where only this one can.
    private func checkAddress() async throws {
        guard try await !responder.admission.hasKeys(), !configuration.requiresKeys else { return }
        guard configuration.isLoopback else {
            throw ConfigurationError([
                "\(configuration.hostPlace): '\(configuration.host)' is reached from other machines. The "
                    + "gateway serves loopback only until keys are configured; make one "
                    + "(pennyweight keys create), set 'keys.required', or give 127.0.0.1, ::1 or localhost."
            ])
        }
        logger.notice(
            "No key exists: callers on this machine need none, others aren't served; see 'pennyweight keys'."
        )
    }

    /// Returns when calls have gone on for too long after the shutdown began.
    private func runOutOfPatience() async throws {
        try await gracefulShutdown()
        try await time.sleep(for: configuration.timeouts.shutdown)
        logger.warning("Calls were still running when the time for shutting down was over; they are cut.")
    }
}
#endif
