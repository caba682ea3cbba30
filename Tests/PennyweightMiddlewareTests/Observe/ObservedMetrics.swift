import Metrics
import Synchronization

/// Keeps what is counted and timed, by label and dimensions: `pennyweight.requests{route=/models}`.
final class ObservedMetrics: MetricsFactory {
    private let state = Mutex<[String: [Int64]]>([:])

    /// What was added or recorded, in order.
    subscript(name: String) -> [Int64] { state.withLock { $0[name] ?? [] } }

    var names: [String] { state.withLock { $0.keys.sorted() } }

    private func handler(_ label: String, _ dimensions: [(String, String)]) -> Handler {
        let list = dimensions.map { "\($0)=\($1)" }.joined(separator: ",")
        return Handler(name: "\(label){\(list)}", metrics: self)
    }

    private final class Handler: CounterHandler, TimerHandler, RecorderHandler {
        let name: String
        let metrics: ObservedMetrics

        init(name: String, metrics: ObservedMetrics) {
            self.name = name
            self.metrics = metrics
        }

        private func note(_ value: Int64) { metrics.state.withLock { $0[name, default: []].append(value) } }

        func increment(by amount: Int64) { note(amount) }
        func reset() {}
        func recordNanoseconds(_ duration: Int64) { note(duration) }
        func record(_ value: Int64) { note(value) }
        func record(_ value: Double) { note(Int64(value)) }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(label, dimensions)
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(label, dimensions)
    }
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        handler(label, dimensions)
    }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
}
