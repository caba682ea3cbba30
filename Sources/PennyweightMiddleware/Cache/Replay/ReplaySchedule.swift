private import PennyweightTime

/// When the events of a replay are due.
///
/// A stored answer is unfolded into other events than it came in. Event k of n is due when
/// 1 + ⌈(k − 1)(N − 1)/(n − 1)⌉ of the original's N had come: the first with its first, the last with its
/// last, and the others evenly between. Each gap is cut to ``longestGap``. A value: no clock.
struct ReplaySchedule: Sendable {
    /// The longest that a replay stands still.
    static let longestGap = Duration.seconds(10)

    private let events: [Int]
    private let due: [Duration]

    init(_ times: EventTimes) {
        events = times.marks.map(\.events)
        var elapsed = Duration.zero
        var last = 0
        due = times.marks.map { mark in
            let gap = Duration.nanoseconds(Int64(mark.steps - last) * EventTimes.step.nanoseconds)
            elapsed += min(gap, ReplaySchedule.longestGap)
            last = mark.steps
            return elapsed
        }
    }

    /// How long after the start event `number`, from 1, of `count` is due.
    func due(_ number: Int, of count: Int) -> Duration {
        guard let total = events.last, count > 0, number > 0 else { return .zero }
        // A single event has the whole answer.
        let (place, last) = count == 1 ? (1, 1) : (min(number, count) - 1, count - 1)
        let wanted = place.multipliedFullWidth(by: total - 1)
        var (low, high) = (0, events.count - 1)
        while low < high {
            let middle = (low + high) / 2
            let here = (events[middle] - 1).multipliedFullWidth(by: last)
            if (here.high, here.low) < (wanted.high, wanted.low) { low = middle + 1 } else { high = middle }
        }
        return due[low]
    }
}
