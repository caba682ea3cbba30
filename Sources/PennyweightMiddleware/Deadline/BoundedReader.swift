internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// Bounds every read of a body in time; past the bound the body breaks off and the upstream is given up.
final class BoundedReader: BodyReader {
    private let upstream: any BodyReader
    private let alarms: Alarms
    private let due: @Sendable (_ isFirst: Bool) -> MonotonicInstant
    private let failure: @Sendable (_ isFirst: Bool) -> Failure
    private let state = Mutex(State())

    private struct State {
        var isFirst = true
        /// What broke the body off: said again to whoever reads on.
        var error: (any Error)?
    }

    /// `due` says until when a read that starts now may take, and whether it is the body's first one.
    init(
        _ upstream: any BodyReader, alarms: Alarms,
        due: @escaping @Sendable (_ isFirst: Bool) -> MonotonicInstant,
        failure: @escaping @Sendable (_ isFirst: Bool) -> Failure
    ) {
        self.upstream = upstream
        self.alarms = alarms
        self.due = due
        self.failure = failure
    }

    func read() async throws -> [UInt8]? {
        let state = self.state.withLock { state in
            defer { state.isFirst = false }
            return state
        }
        if let error = state.error { throw error }
        let isFirst = state.isFirst
        do {
            return try await alarms.bounded(until: due(isFirst), failure: failure(isFirst)) { [upstream] in
                try await upstream.read()
            }
        } catch {
            // Whatever broke the read, nothing more is wanted: the exchange ends here.
            upstream.cancel()
            self.state.withLock { $0.error = error }
            throw error
        }
    }

    func cancel() { upstream.cancel() }
}
