import Dispatch
import Synchronization

/// Holds a thread back until a test lets it go.
final class DispatchGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let waiting = Mutex(false)

    /// True once a thread has come to the gate.
    var isWaiting: Bool { waiting.withLock { $0 } }

    func wait() {
        waiting.withLock { $0 = true }
        _ = semaphore.wait(timeout: .now() + 20)
    }

    func open() { semaphore.signal() }
}
