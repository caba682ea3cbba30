#if Gateway
internal import Logging
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightSQLite
internal import PennyweightTesting
internal import PennyweightTime
internal import ServiceLifecycle
private import Synchronization
internal import UnixSignals

/// A gateway process: the composition, its HTTP server, and the simulated provider if there is one.
struct Server {
    private let configuration: GatewayConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Addresses) async -> Void

    /// Where the parts are reached.
    struct Addresses: Sendable {
        /// As in a URL: an IPv6 address has its brackets.
        let host: String
        let port: Int
        /// The root of the simulated provider; nil without one.
        let simulator: String?
        /// Asks the server to finish what runs, and to end.
        let shutDown: @Sendable () async -> Void
    }

    /// Makes a server; `onListening` runs once its port is open, and prints the addresses unless told
    /// otherwise.
    init(
        _ configuration: GatewayConfiguration,
        onListening: @escaping @Sendable (Addresses) async -> Void = Server.announce
    ) {
        self.configuration = configuration
        self.onListening = onListening
        var logger = Logger(label: "pennyweight") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.logLevel
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT, or until the task is cancelled; settles and closes before it returns.
    func run() async throws {
        var configuration = configuration
        let time = SystemTime()
        var services: [any Service] = []
        var simulator: SimulatedProvider?
        if configuration.isSimulated {
            let provider = SimulatedProvider(
                pace: .milliseconds(10), prices: try EffectivePrices.book(configuration), time: time)
            try await provider.start()
            configuration.upstream = .init(
                baseURL: try BaseURL(provider.baseURL), key: try Secret("simulated"))
            services.append(provider)
            simulator = provider
        }
        let composition = try Composition(configuration, logger: logger)
        try await composition.sweep()
        try await composition.learn()
        let root = simulator?.rootURL
        let isBareIPv6 = configuration.host.contains(":") && !configuration.host.hasPrefix("[")
        let host = isBareIPv6 ? "[\(configuration.host)]" : configuration.host
        let onListening = onListening
        let group = LateGroup()
        services.append(Sweeper(composition: composition, time: time))
        services.append(Announcer(notices: composition.notices))
        services.append(Poller(poller: composition.poller))
        services.append(
            Gateway(
                upstream: composition.pipeline, configuration: configuration, time: time,
                random: SystemRandom(),
                logger: logger, stores: composition.stores,
                readiness: { try await composition.ledger.proveWritable() },
                onListening: {
                    await onListening(
                        Addresses(host: host, port: $0, simulator: root, shutDown: group.shutDown))
                },
                onShutdown: [{ await composition.close() }]))
        let running = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        group.set(running)
        try await running.run()
    }

    /// Prints where everything is, for a person and for scripts: one `name: URL` a line.
    @Sendable static func announce(_ addresses: Addresses) async {
        let root = "http://\(addresses.host):\(addresses.port)"
        print("gateway: \(root)/openai/v1")
        if let simulator = addresses.simulator { print("simulator: \(simulator)") }
        StandardOutput.flush()
    }
}

/// The group that a server runs in, known a moment after its services.
private final class LateGroup: Sendable {
    private let group = Mutex<ServiceGroup?>(nil)

    func set(_ group: ServiceGroup) {
        self.group.withLock { $0 = group }
    }

    @Sendable func shutDown() async {
        await group.withLock { $0 }?.triggerGracefulShutdown()
    }
}

/// Tells what happens to budgets, until the server ends.
private struct Announcer: Service {
    let notices: BudgetNotices

    func run() async throws {
        await cancelWhenGracefulShutdown { await notices.run() }
    }
}

/// Asks for the videos that no caller asks for, until the server ends.
private struct Poller: Service {
    let poller: JobPoller

    func run() async throws {
        await cancelWhenGracefulShutdown { await poller.run() }
    }
}

/// Closes, once a minute, the attempts that nobody will settle any more.
private struct Sweeper: Service {
    let composition: Composition
    let time: SystemTime

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await time.sleep(for: .seconds(60))
                guard !Task.isCancelled else { return }
                do {
                    try await composition.sweep()
                } catch {
                    composition.logger.error("The ledger can't be swept.", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
#endif
