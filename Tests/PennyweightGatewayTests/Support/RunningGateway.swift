#if Gateway
import Logging
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import ServiceLifecycle

@testable import PennyweightGateway

/// A gateway that listens on a free port of loopback, as a service, until it is shut down.
struct RunningGateway {
    let port: Int
    private let group: ServiceGroup

    /// Asks it to stop; the closure of ``run`` goes on.
    func shutDown() async {
        await group.triggerGracefulShutdown()
    }

    /// Starts a gateway, runs the body, shuts it down, and waits for its end.
    static func run(
        _ upstream: any Transport, time: any TimeSource = SystemTime(),
        onShutdown: [@Sendable () async -> Void] = [],
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: @escaping @Sendable (RunningGateway) async throws -> Void
    ) async throws {
        var configuration = GatewayConfiguration(
            upstream: .init(baseURL: try BaseURL("http://127.0.0.1:1/v1")))
        configuration.port = 0
        configuration.limits.requestBytes = 100_000
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let gateway = Gateway(
            upstream: upstream, configuration: configuration, time: time, random: SeededRandom(seed: 3),
            logger: logger, onListening: { continuation.yield($0) }, onShutdown: onShutdown)
        let group = ServiceGroup(services: [gateway], logger: logger)
        async let running: Void = group.run()
        guard let port = await ports.first(where: { _ in true }) else { return }
        do {
            try await body(RunningGateway(port: port, group: group))
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }
}

/// A body that a test feeds chunk by chunk, and that tells when its reading was cancelled.
final class FedReader: BodyReader {
    private let chunks: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let cancelled: Signal

    init(cancelled: Signal) {
        (chunks, continuation) = AsyncStream.makeStream()
        self.cancelled = cancelled
    }

    func feed(_ text: String) { continuation.yield(Array(text.utf8)) }
    func finish() { continuation.finish() }

    func read() async throws -> [UInt8]? {
        let cancelled = cancelled
        let chunk = await withTaskCancellationHandler {
            await chunks.first { _ in true }
        } onCancel: {
            cancelled.send()
        }
        try Task.checkCancellation()
        return chunk
    }

    func cancel() { cancelled.send() }
}

/// Something that happens once, and can be waited for.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func send() { continuation.finish() }

    /// Waits for it; false if ten seconds pass without it.
    func wait() async -> Bool {
        let (stream, continuation) = (stream, continuation)
        let timer = Task {
            try await SystemTime().sleep(for: .seconds(10))
            continuation.yield()
        }
        defer { timer.cancel() }
        return await stream.first { _ in true } == nil
    }
}
#endif
