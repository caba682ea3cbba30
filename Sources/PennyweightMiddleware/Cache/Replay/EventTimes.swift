private import PennyweightTime

/// When the events of a recorded stream came: a list of marks, each a count of events and the time that had
/// passed since the call was sent, in about a byte a mark.
///
/// Times are kept in steps of five milliseconds; events within one are one mark. As soon as there are too
/// many marks every second one is dropped, and new ones have to be further apart: a replay then goes in
/// larger steps, at the same pace. A value: no clock.
struct EventTimes: Sendable, Hashable {
    struct Mark: Sendable, Hashable {
        /// All events up to and with this mark.
        var events: Int
        /// Steps since the start.
        var steps: Int
    }

    /// The most marks that are kept: about a kilobyte.
    static let limit = 1_024
    static let step = Duration.milliseconds(5)
    /// The longest that is told: 34 years.
    private static let mostSteps = 1 << 37
    private static let mostEvents = 1 << 31
    private static let version: UInt8 = 1

    private(set) var marks: [Mark] = []
    /// How many steps marks are apart at least.
    private var distance = 1

    init() {}

    /// How many events there were.
    var eventCount: Int { marks.last?.events ?? 0 }

    /// The most pieces that a text is cut into for a replay, however many came: a provider that sends single
    /// characters must not make replays of any size.
    static let mostPieces = 4_096

    /// Into how many pieces each text of a replay is cut, so that as many come as came.
    func pieceCount(choices: Int?) -> Int {
        min(max(1, eventCount / max(1, choices ?? 1)), EventTimes.mostPieces)
    }

    /// Notes that so many events had come, all in all, when so much time had passed. Time that goes back
    /// counts as standing still.
    mutating func record(_ events: Int, after elapsed: Duration) {
        let last = marks.last ?? Mark(events: 0, steps: 0)
        guard events > last.events, events <= EventTimes.mostEvents else { return }
        let steps = Int(max(0, elapsed.nanoseconds) / EventTimes.step.nanoseconds)
        let mark = Mark(events: events, steps: min(max(last.steps, steps), EventTimes.mostSteps))
        if let index = marks.indices.last, mark.steps < last.steps + distance {
            marks[index].events = events
        } else {
            marks.append(mark)
        }
        guard marks.count > EventTimes.limit else { return }
        // The last one stays: it says how long all took.
        marks = marks.enumerated().filter { ($0.offset - marks.count + 1) % 2 == 0 }.map(\.element)
        distance = max(distance * 2, mark.steps * 2 / EventTimes.limit)
    }
}

extension EventTimes {
    /// The marks as bytes: a version, then for each the steps since the one before, doubled, and one more if
    /// more than one event came; then how many. Numbers have seven bits in a byte, the lowest first.
    var encoded: [UInt8] {
        var out = [EventTimes.version]
        var last = Mark(events: 0, steps: 0)
        for mark in marks {
            let (events, steps) = (mark.events - last.events, mark.steps - last.steps)
            EventTimes.append(steps << 1 | (events == 1 ? 0 : 1), to: &out)
            if events != 1 { EventTimes.append(events, to: &out) }
            last = mark
        }
        return out
    }

    /// Reads what ``encoded`` wrote; nil for anything else.
    init?(encoded: [UInt8]) {
        guard encoded.first == EventTimes.version else { return nil }
        var rest = encoded.dropFirst()
        var last = Mark(events: 0, steps: 0)
        while !rest.isEmpty {
            guard let number = EventTimes.number(&rest) else { return nil }
            var events = 1
            if number & 1 == 1 {
                guard let count = EventTimes.number(&rest), count > 1 else { return nil }
                events = count
            }
            last = Mark(events: last.events + events, steps: last.steps + number >> 1)
            guard marks.count < EventTimes.limit, last.events <= EventTimes.mostEvents,
                last.steps <= EventTimes.mostSteps
            else { return nil }
            marks.append(last)
        }
        guard !marks.isEmpty else { return nil }
    }

    private static func append(_ number: Int, to out: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }

    /// The next number, of at most 42 bits.
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var (number, shift) = (0, 0)
        while let byte = bytes.popFirst() {
            number |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
            if shift > 35 { return nil }
        }
        return nil
    }
}
