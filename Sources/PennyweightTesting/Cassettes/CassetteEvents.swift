internal import PennyweightPipeline
private import Synchronization

/// Plays a recorded stream, one event at a time.
final class CassetteEvents: BodyReader {
    private let events: Mutex<ArraySlice<[UInt8]>>

    init(_ events: [[UInt8]]) {
        self.events = Mutex(events[...])
    }

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return events.withLock { $0.popFirst() }
    }

    func cancel() {
        events.withLock { $0 = [] }
    }

    /// Cuts behind every empty line; what follows the last one is a piece of its own.
    static func split(_ body: [UInt8]) -> [[UInt8]] {
        var events: [[UInt8]] = []
        var start = 0
        for end in body.indices where body[end] == UInt8(ascii: "\n") {
            let before = body[start..<end].reversed().prefix { $0 == UInt8(ascii: "\r") }.count
            let line = end - before
            guard line > start, body[line - 1] == UInt8(ascii: "\n") else { continue }
            events.append(Array(body[start...end]))
            start = end + 1
        }
        if start < body.count { events.append(Array(body[start...])) }
        return events
    }
}
