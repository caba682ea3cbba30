#if Gateway
private import Synchronization
internal import NIOCore

/// Notices that the caller of a connection has gone, and cancels what runs for it.
///
/// The server keeps reading while it answers, so a close arrives as soon as the kernel knows of it, whatever
/// the pace of the answer, and before the answer's head as well. Watching costs the connection nothing: it
/// stays usable for the next request. (Hummingbird's `consumeWithCancellationOnInboundClose` gives the
/// connection up.)
///
/// A caller that closes only its sending half counts as gone while a call is running, as it does for nginx.
final class DisconnectWatch: Sendable {
    private struct State {
        var isGone = false
        var nextID: UInt64 = 0
        var exchanges: [UInt64: Exchange] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Starts watching for one call. Dropping the result ends it.
    func begin() -> Exchange {
        let exchange = Exchange()
        let isGone = state.withLock { state in
            state.exchanges = state.exchanges.filter { !$0.value.isEnded }
            state.exchanges[state.nextID] = exchange
            state.nextID += 1
            return state.isGone
        }
        if isGone { exchange.leave() }
        return exchange
    }

    /// The caller has gone. True if a call was running.
    func disconnected() -> Bool {
        let running = state.withLock { state in
            defer { state.exchanges = [:] }
            state.isGone = true
            return state.exchanges.values.filter { !$0.isEnded }
        }
        for exchange in running { exchange.leave() }
        return !running.isEmpty
    }
}

/// One call of a watched connection: its work is cancelled when the caller goes.
final class Exchange: Sendable {
    private struct State {
        var isGone = false
        var isEnded = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    init() {}

    var isGone: Bool { state.withLock { $0.isGone } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// The answer is written: a close means nothing from now on.
    func end() {
        state.withLock { $0.isEnded = true }
    }

    /// Cancels the work that runs, and all that follows.
    func leave() {
        let cancel = state.withLock { state in
            state.isGone = true
            return state.cancel.take()
        }
        cancel?()
    }

    /// Does one piece of work, one at a time; throws `CancellationError` if the caller goes, or has gone.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await work() }
        let isGone = state.withLock { state in
            if !state.isGone { state.cancel = { task.cancel() } }
            return state.isGone
        }
        if isGone { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        return try await withTaskCancellationHandler {
            do {
                return try await task.value
            } catch {
                // Whatever a cancelled exchange ends with: the reason is that nobody waits for it.
                if self.isGone { throw CancellationError() }
                throw error
            }
        } onCancel: {
            task.cancel()
        }
    }
}

/// The watches of the open connections, by channel.
final class Connections: Sendable {
    private let watches = Mutex<[ObjectIdentifier: DisconnectWatch]>([:])

    init() {}

    /// How many connections are open.
    var count: Int { watches.withLock { $0.count } }

    func add(_ watch: DisconnectWatch, for channel: any Channel) {
        watches.withLock { $0[ObjectIdentifier(channel)] = watch }
    }

    func remove(_ channel: any Channel) {
        watches.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Starts watching the channel for one call; a channel without a watch never loses its caller.
    func begin(on channel: any Channel) -> Exchange {
        watches.withLock { $0[ObjectIdentifier(channel)] }?.begin() ?? Exchange()
    }
}
#endif
