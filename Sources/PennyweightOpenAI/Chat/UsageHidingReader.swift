internal import PennyweightPipeline
private import Synchronization

/// Reads a stream without its usage, event by event.
final class UsageHidingReader: BodyReader {
    private let upstream: any BodyReader
    private let hiding: Mutex<UsageHiding>

    init(_ upstream: any BodyReader, limitBytes: Int) {
        self.upstream = upstream
        hiding = Mutex(UsageHiding(limitBytes: limitBytes))
    }

    func read() async throws -> [UInt8]? {
        while let chunk = try await upstream.read() {
            let shown = try shown(chunk)
            if !shown.isEmpty { return shown }
        }
        let rest = hiding.withLock { $0.finish() }
        return rest.isEmpty ? nil : rest
    }

    func cancel() {
        upstream.cancel()
    }

    private func shown(_ chunk: [UInt8]) throws -> [UInt8] {
        do {
            return try hiding.withLock { try $0.consume(chunk) }
        } catch {
            upstream.cancel()
            throw error
        }
    }
}
