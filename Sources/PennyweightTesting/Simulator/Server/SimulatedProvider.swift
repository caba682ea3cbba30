#if Gateway
internal import Hummingbird
internal import Logging
internal import NIOCore
public import PennyweightLedger
public import PennyweightTime
public import ServiceLifecycle
private import Synchronization

/// A real HTTP server that speaks OpenAI's wire and costs nothing: it answers from a seed, plays faults
/// on request (``SimulatedFault``), and bills, so that what a ledger says can be compared with what a
/// provider charged.
///
/// ```swift
/// let provider = SimulatedProvider(seed: 42, prices: try .shipped(), time: SystemTime())
/// try await provider.start()
/// // … calls to provider.baseURL …
/// let billed = provider.billed
/// await provider.stop()
/// ```
/// The same question gets the same text, streamed or not; `id` and `created` differ from call to call, so
/// that a stored answer can be told from a new one. Any key is good but `invalid-key`. It serves chat
/// completions, embeddings, images, videos and models below `/v1`; `GET /simulator/charges`, `GET
/// /simulator/attempts?after=number`, `GET /simulator/requests` and `POST /simulator/reset` answer to other
/// processes what this type answers to its own.
///
/// An answer with status 200 is billed with its usage by the price book, for the model that ran; an error
/// is not. A caller that leaves in the middle is billed what was generated until then. What a fault costs
/// is in its table. A video is billed when its job is accepted.
public final class SimulatedProvider: Service {
    private struct Running {
        var port: Int
        var host: String
        var server: Task<Void, any Error>
    }

    let simulation: Simulation
    private let running = Mutex<Running?>(nil)

    /// Makes a provider that doesn't listen yet.
    ///
    /// `pace` is the time between two tokens; a plain answer takes as long as its stream would. A header or
    /// body member `x-simulate-pace-ms` overrides it for one call. `slowness` is what the fault `slow` waits
    /// before the first byte. The URL of an image works for `imageLifetime`. Without a price book nothing has
    /// a price, and every charge's amount is nil.
    public init(
        seed: UInt64 = 42, pace: Duration = .zero, slowness: Duration = .seconds(5),
        videos: VideoProgress = .polls(3), imageLifetime: Duration = .seconds(3_600), prices: PriceBook?,
        time: any TimeSource
    ) {
        simulation = Simulation(
            settings: SimulationSettings(
                seed: seed, pace: pace, slowness: slowness, videos: videos,
                imageLifetime: imageLifetime),
            prices: prices,
            time: time)
    }

    /// Starts to listen and returns when it does; port 0 takes any that is free. Does nothing if it
    /// listens already.
    ///
    /// Throws if the port can't be bound.
    public func start(host: String = "127.0.0.1", port: Int = 0) async throws {
        if running.withLock({ $0 != nil }) { return }
        let (ports, found) = AsyncThrowingStream<Int, any Error>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        var logger = Logger(label: "pennyweight.simulator") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let application = Application(
            responder: SimulatedResponder(simulation: simulation),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? port) },
            logger: logger)
        // Detached: it ends when run() or stop() says so, not when the caller's service group does.
        let server = Task.detached {
            do {
                try await application.run()
                found.finish()
            } catch {
                found.finish(throwing: error)
                throw error
            }
        }
        for try await port in ports {
            running.withLock { $0 = Running(port: port, host: host, server: server) }
            return
        }
        server.cancel()
        throw CancellationError()
    }

    /// Stops listening and ends open answers at once. Does nothing if it doesn't listen.
    public func stop() async {
        let stopped = running.withLock { running in
            defer { running = nil }
            return running?.server
        }
        stopped?.cancel()
        _ = await stopped?.result
    }

    /// Serves until the service group shuts down or the task is cancelled; starts on any port if it
    /// doesn't listen yet.
    public func run() async throws {
        try await start()
        let server = running.withLock { $0?.server }
        await withTaskCancellationOrGracefulShutdownHandler {
            _ = await server?.result
        } onCancelOrGracefulShutdown: {
            server?.cancel()
        }
        await stop()
    }

    /// The port that it listens on; 0 if it doesn't.
    public var port: Int { running.withLock { $0?.port ?? 0 } }

    /// Where it is reached: `http://127.0.0.1:1234`.
    public var rootURL: String {
        running.withLock { "http://\($0?.host ?? "127.0.0.1"):\($0?.port ?? 0)" }
    }

    /// The base URL of its API: `http://127.0.0.1:1234/v1`.
    public var baseURL: String { "\(rootURL)/v1" }

    /// What it billed, call by call, oldest first: the last 10,000 charges.
    public var charges: [ProviderCharge] { simulation.billing.charges }

    /// The last 20,000 commands, billed or not, oldest first. A header `x-simulate-label` names one.
    public var attempts: [ProviderAttempt] { simulation.billing.attempts }

    /// The sum of everything that it billed and has a price.
    public var billed: MoneyTotal { simulation.billing.totals.billed }

    /// The last 100 requests below `/v1`, byte for byte, oldest first; fewer if they are more than 64
    /// MiB.
    public var requests: [ReceivedRequest] { simulation.log.all }

    /// Forgets charges, requests, images, videos, and which faults were played.
    public func reset() {
        simulation.billing.reset()
        simulation.memory.reset()
        simulation.videos.reset()
        simulation.log.reset()
    }
}
#endif
