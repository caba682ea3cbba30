internal import PennyweightPipeline
internal import PennyweightTime

/// Reads on, in the background, what callers have left: up to a limit in bytes and time, and then gives it
/// up.
final class Leftovers: Sendable {
    private let policy: DrainPolicy
    private let tasks: BackgroundTasks
    private let alarms: Alarms

    init(_ policy: DrainPolicy, tasks: BackgroundTasks, time: any TimeSource) {
        self.policy = policy
        self.tasks = tasks
        alarms = Alarms(time: time)
    }

    /// Takes over an exchange whose caller left before the head had arrived.
    func finish(_ exchange: Task<Response, any Error>) {
        start { [self] in
            let response = try await exchange.valueOrCancelled
            guard response.body.bytes == nil else { return }
            let reader = try response.body.makeReader()
            defer { reader.cancel() }
            try await readOn(reader, after: 0)
        } finally: {
            exchange.cancel()
        }
    }

    /// Takes over a body, and the read that its caller was waiting for.
    func finish(_ reader: any BodyReader, pending: Task<[UInt8]?, any Error>?) {
        start { [self] in
            var count = 0
            if let pending {
                guard let chunk = try await pending.valueOrCancelled else { return }
                count = chunk.count
            }
            try await readOn(reader, after: count)
        } finally: {
            pending?.cancel()
            reader.cancel()
        }
    }

    private func readOn(_ reader: any BodyReader, after count: Int) async throws {
        var count = count
        while count <= policy.limitBytes, let chunk = try await reader.read() { count += chunk.count }
    }

    /// Does the work in the background and then gives up what is left; at once if too much is going on
    /// already.
    private func start(
        _ work: @escaping @Sendable () async throws -> Void, finally giveUp: @escaping @Sendable () -> Void
    ) {
        let due = alarms.now + policy.patience
        let isTaken = tasks.start { [alarms] in
            // Nobody is left to hear of an error. What the stages further in learned from it, they have
            // written down.
            try? await alarms.bounded(until: due, failure: Failure(.deadlineExceeded, "Drained."), work: work)
            giveUp()
        }
        if !isTaken { giveUp() }
    }
}
