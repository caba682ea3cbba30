private import Synchronization

/// Counts the bytes that all logs keep.
final class FlightBytes: Sendable {
    private let limit: Int
    private let count = Atomic(0)

    init(limit: Int) {
        self.limit = limit
    }

    var total: Int { count.load(ordering: .relaxed) }

    var isFull: Bool { total > limit }

    func add(_ bytes: Int) {
        count.add(bytes, ordering: .relaxed)
    }
}
